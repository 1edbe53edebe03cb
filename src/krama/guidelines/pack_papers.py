# SPDX-License-Identifier: Apache-2.0
"""A sector pack's playbooks and letters, filled in, as papers to print.

Must never show a number as confirmed that nobody confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from krama.countries import Contact, Pack, stale
from krama.guidelines.packs import Letter, Playbook, Step
from krama.paper import Document, Paragraph, Signatures, Table
from krama.text import Text

OPEN = "…………"
NOT_CONFIRMED = Text("not confirmed yet", "មិនទាន់បានបញ្ជាក់")
NO_NUMBER = Text("no number known yet", "មិនទាន់ស្គាល់លេខ")
WITHIN = Text("within {}", "ក្នុង {}")
TIMES = (
    (2880, Text("{} days", "{} ថ្ងៃ"), 1440),
    (120, Text("{} hours", "{} ម៉ោង"), 60),
)
MINUTES = Text("{} minutes", "{} នាទី")
HOUR, ONE_MINUTE = Text("within an hour", "ក្នុងមួយម៉ោង"), Text("within a minute", "ក្នុងមួយនាទី")
WHEN = Text("When: {}", "នៅពេលណា៖ {}")
HEAD = (Text("Done", "រួច"), Text("Step", "ជំហាន"), Text("Who", "អ្នកធ្វើ"), Text("By when", "ត្រឹមពេល"))
UNSIGNED = ("subscriber", "child", "person-filmed", "shops", "testers")  # it goes to many, or is a child's to keep
SIGN = (Text("Place and day", "ទីកន្លែង និងថ្ងៃខែ"), Text("Name and signature", "ឈ្មោះ និងហត្ថលេខា"))


def filled(
    text: Text, language: str, *, firm: str, contacts: Mapping[str, str], written: Callable[[str], str] = str
) -> str:
    """The text with its places filled in; `written` makes the words around them safe for a page."""
    said = written(text.in_(language)).replace("{firm}", firm or OPEN)
    for id, shown in contacts.items():
        said = said.replace(f"{{contact:{id}}}", shown)
    return said


def contacts_said(pack: Pack, language: str, today: date) -> dict[str, str]:
    """Each contact of a country as it stands in a text: name, number, and whether that was confirmed."""
    amber = {entry.entry.id for entry in stale(pack, today) if entry.group == "contacts"}
    return {contact.id: _contact(contact, language, contact.id in amber) for contact in pack.contacts}


def by_when(step: Step, language: str) -> str:
    """By when a step is done, in words; empty when its time does not matter."""
    if step.minutes is None:
        return ""
    if step.minutes in (1, 60):
        return (HOUR if step.minutes == 60 else ONE_MINUTE).in_(language)
    for least, words, size in TIMES:
        if step.minutes >= least:
            return WITHIN.in_(language).format(words.in_(language).format(_whole(step.minutes / size)))
    return WITHIN.in_(language).format(MINUTES.in_(language).format(step.minutes))


def playbook_paper(
    playbook: Playbook,
    language: str,
    *,
    firm: str,
    units: Mapping[str, str],
    contacts: Mapping[str, str],
) -> Document:
    """A playbook as a sheet to hang up: a box to tick, the step, who does it and by when."""
    rows = tuple(
        (
            "",  # to be ticked by hand; a box sign would come from a font that is not ours
            f"{number}. {filled(step.text, language, firm=firm, contacts=contacts)}",
            units[step.unit],
            by_when(step, language),
        )
        for number, step in enumerate(playbook.steps, start=1)
    )
    when = WHEN.in_(language).format(filled(playbook.when, language, firm=firm, contacts=contacts))
    blocks = (Paragraph(when), Table(tuple(head.in_(language) for head in HEAD), rows), _signed(language))
    return Document(playbook.title.in_(language), language, blocks, footer=firm)


def letter_paper(letter: Letter, language: str, *, firm: str, contacts: Mapping[str, str]) -> Document:
    """A letter as it goes out."""
    body = tuple(Paragraph(filled(text, language, firm=firm, contacts=contacts)) for text in letter.body)
    signed = () if letter.to in UNSIGNED else (_signed(language),)
    return Document(letter.title.in_(language), language, (*body, *signed), subtitle=firm)


def _contact(contact: Contact, language: str, amber: bool) -> str:
    name = contact.text.in_(language).split(" (")[0]  # what stands in brackets is for staff
    if not contact.phones:
        return f"{name} ({NO_NUMBER.in_(language)})"
    numbers = " · ".join(contact.phones)
    return f"{name} ({numbers}, {NOT_CONFIRMED.in_(language)})" if amber else f"{name} ({numbers})"


def _signed(language: str) -> Signatures:
    return Signatures(tuple(under.in_(language) for under in SIGN))


def _whole(number: float) -> str:
    return f"{number:g}"
