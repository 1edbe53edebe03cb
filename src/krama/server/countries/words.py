# SPDX-License-Identifier: Apache-2.0
"""The country's groups, fields and choices, as a reader knows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from krama.countries import Amber

Said = str | Promise
GROUPS: dict[str, Said] = {
    "contacts": _("Contacts"),
    "channels": _("Channels"),
    "laws": _("Laws"),
    "clocks": _("Times to keep"),
    "holidays": _("Public holidays"),
}
FIELDS: dict[str, Said] = {
    "en": _("In English"),
    "km": _("In Khmer"),
    "source": _("Source"),
    "standing": _("How sure it is"),
    "verified_on": _("Confirmed on"),
    "phones": _("Phone numbers"),
    "sms": _("Number for text messages"),
    "office": _("Number of the office"),
    "email": _("E-mail address"),
    "web": _("Web page"),
    "hours": _("When somebody answers"),
    "free": _("Calls are free"),
    "confirm": _("How it is confirmed"),
    "contact": _("Contact"),
    "takes": _("What it takes"),
    "refuses": _("What it never takes"),
    "status": _("State of the law"),
    "year": _("Year"),
    "rule": _("Kind of time"),
    "amount": _("How many"),
    "unit": _("Of what"),
    "month": _("Month"),
    "day": _("Day"),
    "years": _("Years in which it holds"),
}
CHOICES: dict[str, dict[str, Said]] = {
    "standing": {
        "stated": _("A source says so"),
        "known": _("General knowledge"),
        "confirmed": _("Confirmed by a person of the firm"),
    },
    "hours": {"day-and-night": _("Day and night"), "office": _("In office hours"), "unknown": _("Not known")},
    "confirm": {"by-phone": _("By a call"), "by-visit": _("By a look at its page")},
    "takes": {
        "words": _("Words"),
        "address": _("Addresses of pages"),
        "hash": _("Hashes"),
        "picture": _("Pictures"),
        "video": _("Videos"),
    },
    "status": {"in-force": _("In force"), "draft": _("A draft, not law"), "postponed": _("Postponed")},
    "rule": {
        "within": _("Within"),
        "at-least": _("At least"),
        "at-most": _("At most"),
        "every": _("Every"),
    },
    "unit": {
        "minutes": _("minutes"),
        "hours": _("hours"),
        "working-days": _("working days"),
        "days": _("days"),
        "months": _("months"),
        "years": _("years"),
    },
}
CHOICES["refuses"] = CHOICES["takes"]
WHY: dict[Amber, Said] = {
    Amber.NEVER_CONFIRMED: _("Nobody has confirmed it"),
    Amber.TOO_LONG_AGO: _("Confirmed too long ago"),
    Amber.NOT_REACHABLE: _("No way to reach it is known"),
    Amber.YEAR_MISSING: _("Not yet said for this year"),
}
CONFIRM: dict[str, Said] = {
    "by-phone": _("I called today, it is right"),
    "by-visit": _("I looked at its page today, it is right"),
    "": _("I looked at the source today, it is right"),
}


def in_english(text: Said) -> str:
    """How Krama's own sentence is kept, whatever the language of whoever pressed the button."""
    with translation.override("en"):
        return str(text)


def said(name: str, value: object, contacts: Mapping[str, str]) -> str:
    """One field's value in words; `contacts` gives a contact's name by its id."""
    if isinstance(value, list | tuple):
        return ", ".join(said(name, item, contacts) for item in value)
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if value is None or value == "":
        return "–"
    if name == "contact":
        return contacts.get(str(value), str(value))
    return str(CHOICES.get(name, {}).get(str(value), value))


def facts(fields: Mapping[str, Any], contacts: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """An entry's fields in words, in the order in which they are asked: id of the field, its name, what it holds."""
    return [(name, str(label), said(name, fields[name], contacts)) for name, label in FIELDS.items() if name in fields]
