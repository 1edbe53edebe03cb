# SPDX-License-Identifier: Apache-2.0
"""Sector packs from their YAML files; a fault names file, entry and field.

Must never let in a pack that names a line, a proof, a unit or a contact that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from krama.countries import country
from krama.errors import NotFound
from krama.guidelines.load import shipped
from krama.guidelines.packs import INTO, UNIT_KINDS, Clause, Letter, Playbook, SectorPack, Step
from krama.text import Document, Entry, Text, read_document

FOLDER = Path(__file__).parent / "sector_packs"
TO = (
    *("parents", "child", "subscriber", "customer", "reseller", "school", "hotline", "source", "shops"),
    *("person-filmed", "complainant", "testers", "vendor"),
)
PLACE = re.compile(r"\{([^{}]*)\}")
STEPS, PLAYBOOKS, CLAUSES, LETTERS, PROOFS = (6, 10), (3, 3), (2, 4), (2, 3), (2, 2)


@cache
def pack_of(sector: str) -> SectorPack:
    """The pack that comes with Krama for one sector; `NotFound` when there is no such sector."""
    if sector not in _sectors():
        raise NotFound(f"There is no sector {sector!r}; use one of {', '.join(_sectors())}.")
    return load_sector_pack(FOLDER / f"{sector}.yaml")


def packs() -> tuple[SectorPack, ...]:
    """All six packs, in the catalogue's order of sectors."""
    return tuple(pack_of(sector) for sector in _sectors())


def load_sector_pack(path: Path) -> SectorPack:
    """The pack of one file; `BadEntry` names file, entry, field and what to do."""
    document = read_document(path)
    (head,) = document.listed("pack")
    head.allow("sector", "khmer", "opening", "first_proofs", "first_task")
    sector = head.one_of("sector", _sectors())
    live = tuple(proof.id for proof in shipped().proofs if proof.kind == "live")
    proofs = head.words("first_proofs", live)
    _count(head, "first_proofs", len(proofs), PROOFS)
    return SectorPack(
        sector=sector,
        opening=_text(head, head.text("opening")),
        clauses=tuple(_clause(entry, sector) for entry in _some(document, head, "clauses", CLAUSES)),
        playbooks=tuple(_playbook(entry, sector) for entry in _some(document, head, "playbooks", PLAYBOOKS)),
        letters=tuple(_letter(entry, sector) for entry in _some(document, head, "letters", LETTERS)),
        first_proofs=proofs,
        first_task=_first_task(head, sector),
        khmer=head.word("khmer"),
    )


def _first_task(head: Entry, sector: str) -> str:
    line = shipped().line(head.word("first_task"))
    if line is None or line.sectors != (sector,) or line.effort != "an-hour":
        raise head.fault("first_task", "is not a line of this sector alone that takes an hour; name such a line")
    return line.id


def _clause(entry: Entry, sector: str) -> Clause:
    entry.allow("id", "into", "title", "text")
    return Clause(_id(entry, sector), entry.one_of("into", INTO), entry.text("title"), _text(entry, entry.text("text")))


def _playbook(entry: Entry, sector: str) -> Playbook:
    entry.allow("id", "title", "when", "steps")
    steps = tuple(_step(step) for step in _inner(entry, "steps"))
    _count(entry, "steps", len(steps), STEPS)
    times = [step.minutes for step in steps if step.minutes is not None]
    if times != sorted(times):
        raise entry.fault("steps", "a later step has an earlier time; put the minutes in order")
    return Playbook(_id(entry, sector), entry.text("title"), entry.text("when"), steps)


def _step(entry: Entry) -> Step:
    entry.allow("unit", "minutes", "en", "km")
    minutes = entry.number("minutes") if "minutes" in entry.values else None
    return Step(_text(entry, entry.said()), entry.one_of("unit", UNIT_KINDS), minutes)


def _letter(entry: Entry, sector: str) -> Letter:
    entry.allow("id", "to", "title", "body")
    body = []
    for part in _inner(entry, "body"):
        part.allow("en", "km")
        body.append(_text(part, part.said()))
    return Letter(_id(entry, sector), entry.one_of("to", TO), entry.text("title"), tuple(body))


def _text(entry: Entry, text: Text) -> Text:
    """A text whose placeholders are known, and the same in both languages."""
    known = {"firm", *(f"contact:{contact.id}" for contact in country().contacts)}
    for language in ("en", "km"):
        for place in PLACE.findall(text.in_(language)):
            if place not in known:
                raise entry.fault(language, f"{{{place}}} is not known; write {{firm}} or {{contact:child-helpline}}")
    if sorted(PLACE.findall(text.en)) != sorted(PLACE.findall(text.km)):
        raise entry.fault("km", "has other places to fill in than the English; keep them the same")
    return text


def _id(entry: Entry, sector: str) -> str:
    if not re.fullmatch(rf"{sector}\.[a-z0-9]+(-[a-z0-9]+)*", entry.id):
        raise entry.fault("id", f"begin it with `{sector}.` and use small Latin letters and hyphens")
    return entry.id


def _some(document: Document, head: Entry, key: str, count: tuple[int, int]) -> tuple[Entry, ...]:
    entries = document.listed(key)
    _count(head, key, len(entries), count)
    return entries


def _inner(entry: Entry, field: str) -> Iterator[Entry]:
    items = entry.values.get(field)
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise entry.fault(field, "is missing or is not a list of entries; begin each with `- `")
    for number, item in enumerate(items, start=1):
        yield Entry(entry.file, f"{entry.id}: {field} {number}", item)


def _count(entry: Entry, field: str, count: int, asked: tuple[int, int]) -> None:
    least, most = asked
    if not least <= count <= most:
        raise entry.fault(field, f"has {count} entries; give {least if least == most else f'{least} to {most}'}")


def _sectors() -> tuple[str, ...]:
    return tuple(sector.id for sector in shipped().words.sectors)
