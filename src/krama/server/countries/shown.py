# SPDX-License-Identifier: Apache-2.0
"""The country's facts as pages show them: in words of one language, with what is amber and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from krama.countries import GROUPS, Clock, Contact, Holiday, Pack, Stated, fields_of, stale
from krama.server.accounts.models import User
from krama.server.countries import words
from krama.server.countries.models import Change


@dataclass(frozen=True)
class Row:
    """One entry: its name, its facts in words, and why it is amber; nothing when it is not."""

    id: str
    name: str
    facts: list[tuple[str, str, str]]
    main: str
    main_is: str  # the field that it comes from, if it is one
    standing: str
    source: str
    verified_on: date | None
    amber: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """One kind of facts with its entries."""

    id: str
    label: words.Said
    rows: list[Row]
    amber: int


@dataclass(frozen=True)
class Difference:
    """One field that a change says anew."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Proposed:
    """A change in words; `own` when the reader proposed it, and so cannot accept it. `why` when Krama wrote it."""

    row: Change
    group: words.Said
    name: str
    differences: list[Difference]
    own: bool
    why: words.Said


def groups(held: Pack, language: str, today: date | None) -> list[Group]:
    """Every group; without a day nothing is called amber."""
    found = _amber(held, today)
    made = []
    for group in GROUPS:
        rows = [_row(held, one, language, found.get((group, one.id), ())) for one in getattr(held, group)]
        made.append(Group(group, words.GROUPS[group], rows, sum(bool(row.amber) for row in rows)))
    return made


def entry(held: Pack, group: str, id: str, language: str, today: date) -> Row:
    """One entry of the pack in force."""
    one = next(one for one in getattr(held, group) if one.id == id)
    return _row(held, one, language, _amber(held, today).get((group, id), ()))


def changes(rows: Iterable[Change], held: Pack, reader: User, language: str) -> list[Proposed]:
    """Changes with what each says anew."""
    names, said = contact_names(held, language), {words.in_english(why): why for why in words.CONFIRM.values()}
    return [
        Proposed(
            row,
            words.GROUPS[row.group],
            str(row.fields["km" if language == "km" else "en"]),
            _differences(row, names),
            row.proposed_by_id == reader.pk,
            said.get(row.why, ""),
        )
        for row in rows
    ]


def contact_names(held: Pack, language: str) -> dict[str, str]:
    """Each contact's name by its id."""
    return {contact.id: contact.text.in_(language) for contact in held.contacts}


def _differences(row: Change, names: Mapping[str, str]) -> list[Difference]:
    before: Mapping[str, Any] = row.before or {}
    return [
        Difference(
            name,
            str(label),
            words.said(name, before.get(name), names),
            words.said(name, row.fields.get(name), names),
        )
        for name, label in words.FIELDS.items()
        if before.get(name) != row.fields.get(name)
    ]


def _amber(held: Pack, today: date | None) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for one in stale(held, today) if today else ():
        key = (one.group, one.entry.id)
        found[key] = (*found.get(key, ()), str(words.WHY[one.why]))
    return found


def _row(held: Pack, one: Stated, language: str, amber: tuple[str, ...]) -> Row:
    names = contact_names(held, language)
    values = {field.name: getattr(one, field.name, None) for field in fields_of(_group(held, one))}
    said = [fact for fact in words.facts(values, names) if fact[0] not in ("en", "km", "source", "standing")]
    shown = [fact for fact in said if fact[0] != "verified_on" and fact[2] != "–"]
    return Row(
        id=one.id,
        name=one.text.in_(language),
        facts=shown,
        main=_main(one, shown),
        main_is="web" if isinstance(one, Contact) and not one.phones else "",
        standing=words.said("standing", one.standing, names),
        source=one.source,
        verified_on=one.verified_on,
        amber=amber,
    )


def _main(one: Stated, facts: list[tuple[str, str, str]]) -> str:
    """What a reader looks for first: how to reach a contact, else the entry's own fields."""
    if isinstance(one, Contact):
        return ", ".join(one.phones) or one.email or one.web
    if isinstance(one, Clock):
        return " ".join(value for _name, _label, value in facts)
    if isinstance(one, Holiday):
        return f"{one.month:02}-{one.day:02} · {', '.join(map(str, one.years))}"
    return " · ".join(value for _name, _label, value in facts)


def _group(held: Pack, one: Stated) -> str:
    return next(group for group in GROUPS if one in getattr(held, group))
