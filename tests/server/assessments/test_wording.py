# SPDX-License-Identifier: Apache-2.0
"""The wording desk: every Khmer text goes out with its English, and a reviewer's corrections come back whole or not."""

from __future__ import annotations

import gettext
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import settings as few
from hypothesis import strategies as st

from krama.errors import BadHome
from krama.guidelines.faults import BadWorkbook
from krama.guidelines.packs import pack_of
from krama.guidelines.policy_texts import paper_text
from krama.guidelines.workbook import Sheet, read, write
from krama.paper import Note
from krama.server.assessments.actions.papers import write as write_draft
from krama.server.assessments.actions.profile import save_profile
from krama.server.assessments.actions.wording import take
from krama.server.assessments.queries.papers import awaits_review, printed
from krama.server.assessments.queries.wording import COLUMNS, SHEET, Stand, stands, workbook
from krama.server.trail.actor import TERMINAL
from krama.server.trail.models import Entry
from krama.server.web import wording as desk
from krama.server.web.wording import awaits_reader, corrections, folder
from tests.server import builders

pytestmark = pytest.mark.django_db
FIRM: dict[str, Any] = {
    "firm_en": "Demo Co",
    "firm_km": "ក្រុមហ៊ុនសាកល្បង",
    "sectors": ["sm"],
    "features": ["accounts"],
    "users": ["children"],
    "size": "small",
    "languages": ["km"],
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Iterator[Path]:
    """A home of its own, with nothing corrected before and after."""
    with override_settings(HOME=replace(settings.HOME, folder=tmp_path)):
        desk.corrections()
        yield tmp_path
        (tmp_path / "wording" / desk.FILE).unlink(missing_ok=True)
        desk.corrections()


@cache
def shipped() -> tuple[Stand, ...]:
    return tuple(stands())


def one(source: str, *, child: bool = False) -> Stand:
    return next(row for row in shipped() if row.source == source and row.child == child and "{" not in row.en)


def returned(*rows: tuple[Stand, str, str], **changes: str) -> bytes:
    """The workbook as it comes back: each text with its reviewer and correction."""
    cells = (
        {"place": row.place, "source": row.source, "child": "", "english": row.en, "khmer": row.km}
        | {"reviewer": by, "corrected": km}
        | changes
        for row, by, km in rows
    )
    return write([Sheet(SHEET, COLUMNS, tuple(tuple(cell[c.key] for c in COLUMNS) for cell in cells))])


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(builders.person(role))
    return client


def sent(client: Client, content: bytes, **fields: str) -> Any:
    return client.post("/wording/upload", {"file": SimpleUploadedFile("khmer.xlsx", content), **fields})


def test_the_workbook_holds_every_source_and_what_children_read_first() -> None:
    rows = read(workbook(shipped()), SHEET, COLUMNS)
    assert {row.values["source"] for row in rows} == {
        "screens",
        "learning",
        "playbooks",
        "policy",
        "packs",
        "country",
        "catalogue",
        "law",
        "code",
    }
    assert [row.values["place"] for row in rows] == [row.place for row in shipped()]
    assert len({row.place for row in shipped()}) == len(shipped())
    first = [row.values["child"] for row in rows]
    assert first == sorted(first, reverse=True)
    assert any(row.place.startswith("policy: house-rules") and row.child for row in shipped())


def test_a_workbook_sent_back_untouched_changes_nothing() -> None:
    assert take(TERMINAL, content=workbook(shipped())).read == 0
    assert not folder().exists()


def test_a_correction_is_laid_over_and_a_name_alone_marks_as_read() -> None:
    corrected, read_only = one("catalogue"), one("policy", child=True)
    taken = take(TERMINAL, content=returned((corrected, "Sok", "ពាក្យកែថ្មី"), (read_only, "Sok", "")))
    assert (taken.read, taken.corrected) == (2, 1)
    now = {row.place: row for row in stands()}
    assert (now[corrected.place].km, now[corrected.place].by) == ("ពាក្យកែថ្មី", "Sok")
    assert (now[read_only.place].km, now[read_only.place].by) == (read_only.shipped, "Sok")
    entry = Entry.objects.get(event="wording:imported")
    assert entry.details["corrected"] == 1
    assert "Sok" not in json.dumps(entry.details)
    # What comes back later keeps what was taken before; the shipped text can be put back.
    take(TERMINAL, content=returned((corrected, "Chan", corrected.shipped)))
    again = {row.place: row for row in stands()}
    assert not again[corrected.place].is_corrected
    assert again[read_only.place].by == "Sok"


def test_a_screens_correction_is_compiled_for_django_and_nothing_else_is() -> None:
    screen = next(row for row in shipped() if row.source == "screens" and row.en == "Cases")
    take(TERMINAL, content=returned((screen, "Sok", "រឿងរ៉ាវ")))
    path = folder() / "locale"
    laid = gettext.translation("django", path, ["km"])
    assert laid.gettext("Cases") == "រឿងរ៉ាវ"
    assert laid.gettext("Lists") == "Lists"
    assert path in settings.LOCALE_PATHS or settings.LOCALE_PATHS[0].parts[-2:] == ("wording", "locale")


def test_the_name_given_with_the_workbook_stands_for_corrected_rows_only() -> None:
    corrected, silent = one("catalogue"), one("law")
    content = returned((corrected, "", "ពាក្យកែថ្មី"), (silent, "", ""))
    with pytest.raises(BadWorkbook, match="needs its reviewer"):
        take(TERMINAL, content=content)
    assert take(TERMINAL, content=content, reviewer="Sok").read == 1
    assert {row.place for row in stands() if row.by} == {corrected.place}


@pytest.mark.parametrize(
    ("wrong", "column", "why"),
    [
        ({"corrected": "ទូរស័ព្ទថ្មី"}, "G", "house spelling"),
        ({"corrected": "ពាក្យ\u200bថ្មី"}, "G", "invisible"),
        ({"corrected": "ពាក្យ %(name)s ថ្មី"}, "G", "must stay"),
        ({"corrected": "mostly English words"}, "G", "Latin word"),
        ({"corrected": "ពាក្យថ្មី "}, "G", "space at its edge"),
        ({"corrected": "ក" * 4001}, "G", "longer than 4000"),
        ({"reviewer": "S" * 81}, "F", "is not a name"),
        ({"place": "nowhere"}, "A", "names no text"),
        ({"english": "Another"}, "D", "not the text of today"),
        ({"khmer": "ផ្សេង"}, "E", "not the text of today"),
    ],
)
def test_one_faulty_cell_is_named_in_both_languages_and_nothing_is_taken(
    wrong: dict[str, str], column: str, why: str
) -> None:
    good, bad = one("law"), one("catalogue")
    both = read(returned((good, "Sok", "ពាក្យល្អថ្មី")), SHEET, COLUMNS) + read(
        returned((bad, "Sok", "ពាក្យកែថ្មី"), **wrong), SHEET, COLUMNS
    )
    rows = tuple(tuple(row.values[c.key] for c in COLUMNS) for row in both)
    with pytest.raises(BadWorkbook) as found:
        take(TERMINAL, content=write([Sheet(SHEET, COLUMNS, rows)]))
    fault = next(one for one in found.value.faults if why in one.why.en)
    assert (fault.sheet, fault.row, fault.column) == (SHEET, 4, column)
    assert fault.why.km != fault.why.en
    assert corrections() == {}
    assert not Entry.objects.filter(event="wording:imported").exists()


def test_the_same_text_cannot_be_corrected_in_two_ways() -> None:
    pairs: dict[tuple[str, str], list[Stand]] = {}
    for row in shipped():
        pairs.setdefault((row.en, row.shipped), []).append(row)
    first, second = next(rows for rows in pairs.values() if len(rows) > 1 and not {*"%{"} & {*rows[0].en})[:2]
    with pytest.raises(BadWorkbook, match="another correction"):
        take(TERMINAL, content=returned((first, "Sok", "ពាក្យមួយ"), (second, "Sok", "ពាក្យពីរ")))
    take(TERMINAL, content=returned((first, "Sok", "ពាក្យមួយ"), (second, "Sok", "")))
    assert {row.km for row in stands() if row.place in (first.place, second.place)} == {"ពាក្យមួយ"}


@few(max_examples=15, deadline=None)
@given(st.text(st.sampled_from("កខគ ។ិុំ{}%<>=+@\n"), min_size=1, max_size=12))
def test_what_was_taken_is_said_letter_for_letter(text: str) -> None:
    row = one("law")
    try:
        take(TERMINAL, content=returned((row, "Sok", text)))
    except BadWorkbook:
        return
    assert next(now.km for now in stands() if now.place == row.place) == text


def test_papers_are_written_with_the_corrections_and_say_whether_they_await_a_reader() -> None:
    officer = builders.person("officer")
    profile = save_profile(officer, **FIRM)
    write_draft(officer, kind="house-rules")
    assert isinstance(printed("house-rules", 1, "km").blocks[0], Note)
    assert (
        "Its Khmer awaits native review" in signed_in("auditor").get("/guidelines/policy/house-rules").content.decode()
    )
    mine = [row for row in shipped() if row.place.startswith(("policy: house-rules", "packs: sm clause"))]
    title = next(row for row in mine if row.place == "policy: house-rules title")
    content = returned(*((row, "Sok", "វិធានថ្មីរបស់យើង" if row is title else "") for row in mine))
    take(TERMINAL, content=content)
    assert not awaits_review("house-rules", profile)
    assert awaits_review("conduct", profile)
    write_draft(officer, kind="house-rules")
    paper = printed("house-rules", 2, "km")
    assert paper.title == "វិធានថ្មីរបស់យើង"
    assert not any(isinstance(block, Note) for block in paper.blocks)
    assert "awaits native review" not in signed_in("auditor").get("/guidelines/policy/house-rules").content.decode()


def test_the_chip_of_a_sector_goes_when_each_of_its_texts_has_a_reader() -> None:
    client, chip = signed_in("auditor"), "The Khmer of this pack awaits a native reader"
    assert chip in client.get("/guidelines/sectors/isp").content.decode()
    mine = [row for row in shipped() if row.place.startswith("packs: isp")]
    take(TERMINAL, content=returned(*((row, "Sok", "") for row in mine[1:])))
    assert awaits_reader(pack_of("isp"))  # one is left
    take(TERMINAL, content=returned((mine[0], "Sok", "")))
    assert not awaits_reader(pack_of("isp"))
    assert chip not in client.get("/guidelines/sectors/isp").content.decode()
    assert awaits_reader(paper_text("terms"))


def test_from_the_page_to_a_reader_and_back() -> None:
    officer, reviewer = signed_in("officer"), signed_in("reviewer")
    page = reviewer.get("/wording").content.decode()
    assert "Bring a workbook back" not in page
    assert "await native review" in page
    content = reviewer.get("/wording/khmer.xlsx").content
    assert sent(reviewer, content).status_code == 403
    assert sent(officer, content).status_code == 302
    row = one("catalogue")
    answer = sent(officer, returned((row, "Sok", "ទូរស័ព្ទ")), reviewer="Chan")
    assert answer.status_code == 422
    assert "house spelling" in answer.content.decode()
    assert "Chan" in answer.content.decode()
    assert officer.post("/wording/upload").status_code == 422
    assert sent(officer, b"no workbook").status_code == 422
    assert sent(officer, returned((row, "Sok", "ពាក្យកែថ្មី"))).status_code == 302


def test_a_crash_while_writing_leaves_the_file_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    take(TERMINAL, content=returned((one("law"), "Sok", "ពាក្យមួយ")))
    before = (folder() / desk.FILE).read_bytes()

    def broken(*_rows: object) -> Callable[[], None]:
        raise OSError("the disk is full")

    monkeypatch.setattr("krama.server.assessments.actions.wording.lay_over_screens", broken)
    with pytest.raises(OSError, match="disk is full"):
        take(TERMINAL, content=returned((one("catalogue"), "Sok", "ពាក្យពីរ")))
    assert (folder() / desk.FILE).read_bytes() == before
    assert Entry.objects.filter(event="wording:imported").count() == 1


def test_a_damaged_file_of_corrections_is_said_and_never_written_over() -> None:
    folder().mkdir()
    (folder() / desk.FILE).write_text("{")
    with pytest.raises(BadHome, match="damaged"):
        take(TERMINAL, content=returned((one("law"), "Sok", "ពាក្យមួយ")))
    assert (folder() / desk.FILE).read_text() == "{"
