# SPDX-License-Identifier: Apache-2.0
"""Every Khmer text that this firm shows: where it stands, who read it, and the workbook for a reviewer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from krama.countries import load_plain
from krama.guidelines.wordings import SOURCES, wordings
from krama.guidelines.workbook import Column, Sheet, write
from krama.learning import answers, lessons, peer_sayings
from krama.playbooks import playbooks
from krama.server.assessments.queries.catalogue import as_loaded
from krama.server.countries.queries import raw_now
from krama.server.web.screens import screens
from krama.server.web.wording import corrections
from krama.text import Text, texts_in

LEARNING, PLAYBOOKS = "learning", "playbooks"
ALL = ("screens", LEARNING, PLAYBOOKS, *SOURCES)
SHEET = "wording"
# The pages of the child's door, and what their choices say.
CHILD_SCREENS = re.compile(r"(?:templates/)?intake/(?!proofs)")
COLUMNS = (
    Column("place", "Place | កន្លែង", 34, needed=True),
    Column("source", "Source | ប្រភព", 12),
    Column("child", "Children or families read it | កុមារ ឬគ្រួសារអាន", 12),
    Column("english", "English | ភាសាអង់គ្លេស", 50, needed=True),
    Column("khmer", "Khmer now | ភាសាខ្មែរបច្ចុប្បន្ន", 50, needed=True),
    Column("reviewer", "Reviewer’s name: it marks the text as read | ឈ្មោះអ្នកអាន", 24),
    Column("corrected", "Corrected Khmer; empty when it is right | ភាសាខ្មែរដែលកែ", 50),
)
ASKED = tuple(column for column in COLUMNS if column.key not in ("source", "child"))
HOW = (
    Text(
        "Read the Khmer beside its English. Write your name beside each text you have read, also when it is right.",
        "សូមអានភាសាខ្មែរជាមួយភាសាអង់គ្លេស។ សូមសរសេរឈ្មោះអ្នកក្បែរអត្ថបទនីមួយៗដែលបានអាន ទោះវាត្រឹមត្រូវហើយ។",
    ),
    Text(
        "Write a better Khmer into the last column. What stands in %(…)s, {…} or <…> stays as it is.",
        "សូមសរសេរភាសាខ្មែរដែលល្អជាងនៅក្នុងជួរឈរចុងក្រោយ។ អ្វីដែលនៅក្នុងសញ្ញា %(…)s, {…} ឬ <…> ត្រូវទុកដដែល។",
    ),
    Text("Leave the other columns as they are.", "សូមទុកជួរឈរផ្សេងទៀតដដែល។"),
)


@dataclass(frozen=True)
class Stand:
    """One text: as shipped, as said now, and who read it on which day; "" when nobody has."""

    place: str
    source: str
    child: bool
    en: str
    shipped: str
    km: str
    by: str
    on: str

    @property
    def is_corrected(self) -> bool:
        return self.km != self.shipped


@dataclass(frozen=True)
class Count:
    """How far one source is read."""

    source: str
    all: int
    read: int
    corrected: int
    child: int
    child_waiting: int


def stands() -> list[Stand]:
    """Every text, what children and families read first."""
    read = {(row["en"], row["shipped"]): row for row in corrections().values()}
    found = []
    for place, source, child, en, km in (*_library(), *_screens()):
        row = read.get((en, km), {})
        found.append(Stand(place, source, child, en, km, row.get("km", km), row.get("by", ""), row.get("on", "")))
    return sorted(found, key=lambda one: not one.child)


def counts(found: Iterable[Stand]) -> list[Count]:
    """The figures of each source."""
    kept = list(found)
    return [_count(source, [one for one in kept if one.source == source]) for source in ALL]


def workbook(found: Iterable[Stand]) -> bytes:
    """The workbook that goes to a reviewer and comes back."""
    rows = tuple(
        (one.place, one.source, "yes" if one.child else "no", one.en, one.km, one.by, "")
        for one in found
    )  # fmt: skip
    how = Sheet(
        "how",
        (Column("how", "How to | របៀប", 120),),
        tuple((line.in_(language),) for line in HOW for language in ("km", "en")),
    )
    return write([Sheet(SHEET, COLUMNS, rows), how])


def _count(source: str, found: list[Stand]) -> Count:
    child = [one for one in found if one.child]
    read, corrected = sum(bool(one.by) for one in found), sum(one.is_corrected for one in found)
    return Count(source, len(found), read, corrected, len(child), sum(not one.by for one in child))


def _library() -> Iterator[tuple[str, str, bool, str, str]]:
    for lesson in lessons():  # children, parents and teachers read every one of them
        for wording in texts_in(lesson, f"learning: {lesson.id}"):
            yield wording.place, LEARNING, True, wording.en, wording.km
    for answer in (*answers(), *peer_sayings()):
        for wording in texts_in(answer, f"learning: answer {answer.id}"):
            yield wording.place, LEARNING, True, wording.en, wording.km
    for book in playbooks():  # staff read the steps; the warning is for everybody
        for wording in texts_in(book, f"playbook: {book.id}"):
            yield wording.place, PLAYBOOKS, wording.place.endswith("warning"), wording.en, wording.km
    country = load_plain(raw_now())  # as two people made it, without corrections of its Khmer
    for told in wordings(as_loaded(), country):
        yield told.wording.place, told.source, told.child, told.wording.en, told.wording.km


def _screens() -> Iterator[tuple[str, str, bool, str, str]]:
    for screen in screens():
        # A msgid is too long for a place; its hash is as stable.
        place = f"screens: {hashlib.sha256(screen.msgid.encode()).hexdigest()[:12]} {' '.join(screen.places[:1])}"
        yield place, "screens", any(map(CHILD_SCREENS.match, screen.places)), screen.en, screen.km
