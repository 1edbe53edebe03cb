# SPDX-License-Identifier: Apache-2.0
"""Taking a reviewer's workbook: all of it or nothing. Must never change a text that nobody wrote."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from krama.guidelines.faults import BadWorkbook, Fault, letter
from krama.guidelines.workbook import Row, read
from krama.server.assessments.queries.wording import ASKED, COLUMNS, SHEET, Stand, stands
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event
from krama.server.web.screens import lay_over_screens
from krama.server.web.wording import changing
from krama.text import Text, wording_faults

LONGEST_NAME = 80
LETTERS = {column.key: letter(place) for place, column in enumerate(COLUMNS)}
WRONG = {
    "unknown": Text(
        "names no text of this Krama; export the workbook anew.", "មិនមែនជាអត្ថបទរបស់ប្រព័ន្ធនេះទេ។ សូមទាញយកឯកសារតារាងថ្មី។"
    ),
    "moved": Text(
        "is not the text of today any more; export the workbook anew.", "មិនមែនជាអត្ថបទថ្ងៃនេះទៀតទេ។ សូមទាញយកឯកសារតារាងថ្មី។"
    ),
    "nobody": Text("A correction needs its reviewer’s name.", "ការកែត្រូវមានឈ្មោះអ្នកអាន។"),
    "name": Text("is not a name in one line of at most 80 letters.", "មិនមែនជាឈ្មោះក្នុងមួយបន្ទាត់ យ៉ាងច្រើន 80 តួអក្សរទេ។"),
    "two": Text(
        "The same English and Khmer stand in another row with another correction; write one of them.",
        "អត្ថបទដដែលនេះត្រូវបានកែខុសគ្នានៅជួរផ្សេងទៀត។ សូមសរសេរតែមួយ។",
    ),
}


@dataclass(frozen=True)
class Taken:
    """What came of a workbook: texts read, and how many of them were corrected."""

    read: int
    corrected: int


@dataclass(frozen=True)
class Said:
    """What a reviewer says of one text."""

    stand: Stand
    km: str
    by: str


@transaction.atomic
def take(actor: Actor, *, content: bytes, reviewer: str = "") -> Taken:
    """Lay the corrections over what was shipped; `reviewer` stands in where a corrected row names nobody."""
    said = _checked(read(content, SHEET, ASKED), reviewer)
    if not said:
        return Taken(0, 0)
    taken = Taken(len(said), sum(one.km != one.stand.km for one in said))
    details = {"texts": taken.read, "corrected": taken.corrected, "sha256": hashlib.sha256(content).hexdigest()}
    record(actor, Event.WORDING_IMPORTED, subject_kind="wording", subject_id="km", details=details)
    today = timezone.localdate().isoformat()
    with changing() as rows:
        for one in said:
            pair = (one.stand.en, one.stand.shipped)
            for place in [place for place, row in rows.items() if (row["en"], row["shipped"]) == pair]:
                del rows[place]
            row = {"en": one.stand.en, "shipped": one.stand.shipped, "km": one.km, "by": one.by, "on": today}
            rows[one.stand.place] = row
        lay_over_screens(rows)
    return taken


def _checked(rows: list[Row], reviewer: str) -> list[Said]:
    known = {one.place: one for one in stands()}
    faults: list[Fault] = []
    said: dict[tuple[str, str], Said] = {}
    for row in rows:
        if not (row.values["reviewer"].strip() or row.values["corrected"]):
            continue  # nobody says anything of it
        if found := list(_faults(row, known.get(row.values["place"]), reviewer)):
            faults += found
            continue
        one = _said(row, known[row.values["place"]], reviewer)
        before = said.setdefault((one.stand.en, one.stand.shipped), one)
        if one.km != before.km and row.values["corrected"]:
            if before.km != before.stand.km:
                faults.append(_fault(row, "corrected", WRONG["two"]))
            said[(one.stand.en, one.stand.shipped)] = one
    if faults:
        raise BadWorkbook(faults=faults)
    return [one for one in said.values() if one.km != one.stand.km or one.by != one.stand.by]


def _faults(row: Row, stand: Stand | None, reviewer: str) -> Iterator[Fault]:
    values = row.values
    if stand is None:
        yield _fault(row, "place", WRONG["unknown"])
        return
    if values["english"] != stand.en:
        yield _fault(row, "english", WRONG["moved"])
    if values["khmer"] not in (stand.km, stand.shipped):
        yield _fault(row, "khmer", WRONG["moved"])
    by = " ".join(values["reviewer"].split()) or reviewer
    if not by:
        yield _fault(row, "reviewer", WRONG["nobody"])
    elif not _is_name(by):
        yield _fault(row, "reviewer", WRONG["name"])
    for why in wording_faults(stand.en, values["corrected"], stand.shipped) if values["corrected"] else ():
        yield _fault(row, "corrected", why)


def _said(row: Row, stand: Stand, reviewer: str) -> Said:
    by = " ".join(row.values["reviewer"].split()) or reviewer
    return Said(stand, row.values["corrected"] or stand.km, by)


def _is_name(by: str) -> bool:
    return len(by) <= LONGEST_NAME and all(unicodedata.category(one)[0] not in "C" for one in by)


def _fault(row: Row, column: str, why: Text) -> Fault:
    return Fault(SHEET, row.number, LETTERS[column], why)
