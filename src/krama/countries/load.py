# SPDX-License-Identifier: Apache-2.0
"""A country pack from its YAML file. What nobody confirmed never passes for confirmed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from krama.countries.model import Channel, Clock, Contact, Holiday, Law, Pack
from krama.text import BadEntry, Document, Entry, document_of, read_document

FOLDER = Path(__file__).parent
STANDINGS = ("stated", "known", "confirmed")
STATED = ("id", "en", "km", "source", "standing", "verified_on")
NEUTRAL = re.compile(r"https://[^\s\"'<>\\/@]+(/[^\s\"'<>\\]*)?")
HOURS = ("day-and-night", "office", "unknown")
CONFIRM = ("by-phone", "by-visit")
TAKES = ("words", "address", "hash", "picture", "video")
STATUS = ("in-force", "draft", "postponed")
RULES = ("within", "at-least", "at-most", "every")
UNITS = ("minutes", "hours", "working-days", "days", "months", "years")


@cache
def country(id: str = "kh") -> Pack:
    """A country that comes with Krama; `BadEntry` when there is none of that id."""
    return load_pack(_file(id))


def plain(id: str = "kh") -> dict[str, Any]:
    """The same country as plain values, to be changed; each call gives its own."""
    return dict(read_document(_file(id)).raw)


def load_pack(path: Path) -> Pack:
    """The pack of one file; `BadEntry` names file, entry, field and what to do."""
    return _pack(read_document(path))


def load_plain(raw: Mapping[str, Any], name: str = "pack") -> Pack:
    """The pack of plain values; as strict as with a file."""
    return _pack(document_of(raw, name))


def _file(id: str) -> Path:
    known = sorted(path.stem for path in FOLDER.glob("*.yaml"))
    if id not in known:
        raise BadEntry(f"There is no country {id!r}; use one of {', '.join(known)}.")
    return FOLDER / f"{id}.yaml"


def _pack(document: Document) -> Pack:
    (head,) = document.listed("country")
    head.allow("id", "version", "read_on", "khmer", "en", "km", "neutral_page")
    contacts = tuple(_contact(entry) for entry in document.listed("contacts"))
    return Pack(
        id=head.word("id"),
        version=head.number("version"),
        read_on=head.day("read_on"),
        khmer=head.word("khmer"),
        text=head.said(),
        contacts=contacts,
        channels=_channels(document, tuple(contact.id for contact in contacts)),
        laws=tuple(_law(entry) for entry in document.listed("laws")),
        clocks=tuple(_clock(entry) for entry in document.listed("clocks")),
        holidays=tuple(_holiday(entry) for entry in document.listed("holidays")),
        neutral_page=_neutral(head),
    )


def _neutral(head: Entry) -> str:
    page = head.word("neutral_page", default="")
    if page and not NEUTRAL.fullmatch(page):
        raise head.fault("neutral_page", "is no address that begins with https://; correct it or leave it out")
    return page


def _stated(entry: Entry, *others: str) -> dict[str, Any]:
    entry.allow(*STATED, *others)
    if "verified_on" not in entry.values:
        raise entry.fault("verified_on", "is missing; write the day somebody confirmed it, or null")
    verified: date | None = entry.day("verified_on") if entry.values["verified_on"] is not None else None
    standing = entry.one_of("standing", STANDINGS)
    if (standing == "confirmed") != (verified is not None):
        raise entry.fault("standing", "is `confirmed` exactly when `verified_on` holds a day; change one of them")
    return {
        "id": entry.id,
        "text": entry.said(),
        "source": entry.word("source"),
        "standing": standing,
        "verified_on": verified,
    }


def _contact(entry: Entry) -> Contact:
    stated = _stated(entry, "phones", "sms", "office", "email", "web", "hours", "free", "confirm")
    return Contact(
        **stated,
        phones=entry.words("phones"),
        sms=entry.word("sms", default=""),
        office=entry.word("office", default=""),
        email=entry.word("email", default=""),
        web=entry.word("web", default=""),
        hours=entry.one_of("hours", HOURS),
        free=entry.flag("free"),
        confirm=entry.one_of("confirm", CONFIRM),
    )


def _channels(document: Document, contacts: tuple[str, ...]) -> tuple[Channel, ...]:
    return tuple(
        Channel(
            **_stated(entry, "contact", "takes", "refuses"),
            contact=entry.one_of("contact", contacts),
            takes=entry.words("takes", TAKES, least=1),
            refuses=entry.words("refuses", TAKES),
        )
        for entry in document.listed("channels")
    )


def _law(entry: Entry) -> Law:
    return Law(**_stated(entry, "status", "year"), status=entry.one_of("status", STATUS), year=entry.number("year"))


def _clock(entry: Entry) -> Clock:
    return Clock(
        **_stated(entry, "rule", "amount", "unit"),
        rule=entry.one_of("rule", RULES),
        amount=entry.number("amount"),
        unit=entry.one_of("unit", UNITS),
    )


def _holiday(entry: Entry) -> Holiday:
    stated = _stated(entry, "month", "day", "years")
    month, day, years = entry.number("month"), entry.number("day"), entry.values.get("years")
    if not isinstance(years, list) or not years or not all(type(year) is int for year in years):
        raise entry.fault("years", "is not a list of years; write it as [2026, 2027]")
    try:
        for year in years:
            date(year, month, day)
    except ValueError as error:
        raise entry.fault("day", "there is no such day in that month; correct one of them") from error
    return Holiday(**stated, month=month, day=day, years=tuple(years))
