# SPDX-License-Identifier: Apache-2.0
"""A firm's answers as a workbook, and back: what was written comes back letter for letter.

Each row carries the revision it was written out with and the mark of its text then, so that a row nobody touched is
never taken for a new answer, and a late one is known for late.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from krama.guidelines.faults import BadWorkbook, Fault
from krama.guidelines.workbook import Column, Row, Sheet, read, write
from krama.text import Text

SHEET, SCALE, HELP = "Answers", "Levels", "Read me"
YES, NO = "yes / មែន", "no / ទេ"
ASIDE = {
    **dict.fromkeys(("yes", "y", "true", "មែន", YES), True),
    **dict.fromkeys(("", "no", "n", "false", "ទេ", NO), False),
}
LEVELS = ("0", "1", "2", "3", "4")
MOST_DIGITS = 9
COLUMNS = (
    Column("id", "លេខបន្ទាត់ / Line", 18, needed=True),
    Column("text_km", "អ្វីដែលត្រូវធ្វើ", 40),
    Column("text_en", "What to do", 40),
    Column("why_km", "ហេតុអ្វី", 32),
    Column("why_en", "Why", 32),
    Column("good_km", "ការធ្វើបានល្អមើលទៅយ៉ាងណា", 32),
    Column("good_en", "What good looks like", 32),
    Column("level", "កម្រិត ០–៤ / Level 0–4", 10, allowed=LEVELS),
    Column("words", "ចម្លើយរបស់យើង / Our answer", 60),
    Column("aside", "ទុកមួយឡែក / Set aside", 14, allowed=(YES, NO)),
    Column("why_aside", "ហេតុអ្វីទុកមួយឡែក / Why set aside", 40),
    Column("owner", "អ្នកទទួលខុសត្រូវ / Person responsible", 20),
    Column("unit", "អង្គភាព / Unit", 20),
    Column("seen", "seen", 6, hidden=True),
    Column("mark", "mark", 6, hidden=True),
)
READ = tuple(
    column for column in COLUMNS if column.key in ("id", "level", "words", "aside", "why_aside", "seen", "mark")
)
ADVICE = (
    Text(
        "Write into the columns Level, Our answer, Set aside and Why set aside; then send this file back to Krama.",
        "សូមសរសេរក្នុងជួរឈរ កម្រិត ចម្លើយរបស់យើង ទុកមួយឡែក និងហេតុអ្វីទុកមួយឡែក រួចផ្ញើឯកសារនេះមកវិញ។",
    ),
    Text(
        "Leave the first column as it is. A row you do not touch changes nothing.",
        "កុំកែជួរឈរទីមួយ។ ជួរដែលអ្នកមិនប៉ះ មិនផ្លាស់ប្តូរអ្វីឡើយ។",
    ),
    Text(
        "If somebody answered in the meantime, your text is kept beside theirs; nothing is lost.",
        "បើមានគេឆ្លើយក្នុងពេលនោះ អត្ថបទរបស់អ្នកត្រូវរក្សាទុកក្បែរអត្ថបទរបស់គេ។ គ្មានអ្វីបាត់ឡើយ។",
    ),
)
WRONG = {
    "level": Text(
        "is no level; choose 0, 1, 2, 3 or 4, or leave it empty.", "មិនមែនជាកម្រិតទេ។ សូមជ្រើស 0 1 2 3 ឬ 4 ឬទុកទទេ។"
    ),
    "aside": Text(f"is neither “{YES}” nor “{NO}”; choose one of them.", "មិនមែន «មែន» ឬ «ទេ» ទេ។ សូមជ្រើសមួយ។"),
    "why": Text("is empty; say why the line is set aside.", "នៅទទេ។ សូមប្រាប់ហេតុអ្វីទុកបន្ទាត់នេះមួយឡែក។"),
    "seen": Text(
        "was not written out by Krama; download the workbook again and copy your answers into it.",
        "មិនមែនកម្មវិធីនេះសរសេរចេញទេ។ សូមទាញយកឯកសារតារាងម្តងទៀត ហើយចម្លងចម្លើយរបស់អ្នកចូល។",
    ),
    "twice": Text("stands in two rows; keep one of them.", "មាននៅពីរជួរ។ សូមទុកតែមួយ។"),
    "unknown": Text(
        "is no line that applies to your firm now; take this row out.",
        "មិនមែនជាបន្ទាត់ដែលអនុវត្តចំពោះក្រុមហ៊ុនអ្នកឥឡូវនេះទេ។ សូមដកជួរនេះចេញ។",
    ),
}


@dataclass(frozen=True)
class Said:
    """An answer as its writer left it."""

    level: int | None = None
    words: str = ""
    set_aside: bool = False
    why_aside: str = ""

    @property
    def mark(self) -> str:
        """Short for this answer: another answer has another mark."""
        plain = json.dumps([self.level, self.words, self.set_aside, self.why_aside])
        return hashlib.sha256(plain.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Entry:
    """A line with its answer, as it is written out; owner and unit are only to be read."""

    line_id: str
    text: Text
    why: Text
    good: Text
    said: Said = Said()
    owner: str = ""
    unit: str = ""
    seen: int = 0


@dataclass(frozen=True)
class Given:
    """A row that came back; `touched` when it is another answer than the one written out."""

    line_id: str
    said: Said
    seen: int
    touched: bool
    row: Row

    def fault(self, key: str, why: Text) -> Fault:
        """What is wrong with one cell of this row."""
        return _fault(self.row, key, why)


def write_answers(entries: Iterable[Entry], scale: Sequence[Text]) -> bytes:
    """The workbook: the answers, the sentences of the levels, and how to fill it in."""
    levels = tuple((str(level), said.km, said.en) for level, said in enumerate(scale))
    told = (Column("km", "ភាសាខ្មែរ", 60), Column("en", "English", 60))
    return write(
        [
            Sheet(SHEET, COLUMNS, tuple(_row(entry) for entry in entries)),
            Sheet(SCALE, (Column("level", "កម្រិត / Level", 10), *told), levels),
            Sheet(HELP, told, tuple((said.km, said.en) for said in ADVICE)),
        ]
    )


def read_answers(content: bytes, applying: Iterable[str]) -> tuple[Given, ...]:
    """Every row, checked; `BadWorkbook` names all faults with their places, and then nothing is taken."""
    rows = read(content, SHEET, READ)
    known, times = frozenset(applying), Counter(row.values["id"].strip() for row in rows)
    faults: list[Fault] = []
    found = [_given(row, known, times, faults) for row in rows]
    if faults:
        raise BadWorkbook(faults=faults)
    return tuple(found)


def _row(entry: Entry) -> tuple[str, ...]:
    said = entry.said
    return (
        entry.line_id,
        *(text for both in (entry.text, entry.why, entry.good) for text in (both.km, both.en)),
        "" if said.level is None else str(said.level),
        said.words,
        YES if said.set_aside else NO,
        said.why_aside,
        entry.owner,
        entry.unit,
        str(entry.seen),
        said.mark,
    )


def _given(row: Row, known: frozenset[str], times: Mapping[str, int], faults: list[Fault]) -> Given:
    values, line_id = row.values, row.values["id"].strip()
    level, aside = values["level"].strip(), values["aside"].strip().casefold()
    seen = values["seen"].strip()
    checks = (
        ("id", "unknown", line_id not in known),
        ("id", "twice", times[line_id] > 1),
        ("level", "level", level not in ("", *LEVELS)),
        ("aside", "aside", aside not in ASIDE),
        ("why_aside", "why", ASIDE.get(aside, False) and not values["why_aside"].strip()),
        ("seen", "seen", not (seen.isascii() and seen.isdecimal() and len(seen) <= MOST_DIGITS)),
    )
    wrong = [_fault(row, key, WRONG[why]) for key, why, is_wrong in checks if is_wrong]
    faults.extend(wrong)
    if wrong:
        return Given(line_id, Said(), 0, touched=False, row=row)
    said = Said(int(level) if level else None, values["words"], ASIDE[aside], values["why_aside"])
    return Given(line_id, said, int(seen), touched=said.mark != values["mark"].strip(), row=row)


def _fault(row: Row, key: str, why: Text) -> Fault:
    return Fault(SHEET, row.number, row.letters[key], why)
