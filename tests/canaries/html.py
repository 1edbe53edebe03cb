# SPDX-License-Identifier: Apache-2.0
"""Forms and links as a browser sees them in a real page; nothing of Krama is asked what they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

TEXT = ("text", "search", "email", "url", "tel", "password", "textarea", "file")


@dataclass
class Field:
    """`kind` is the HTML type; `choices` what a select or a set of boxes offers, `chosen` what is chosen already."""

    name: str
    kind: str
    chosen: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    room: int = 100_000

    @property
    def is_text(self) -> bool:
        return self.kind in TEXT


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)

    def add(self, one: Field) -> Field:
        """Boxes of one name are one field."""
        known = self.fields.setdefault(one.name, one)
        if known is not one:
            known.choices += one.choices
            known.chosen += one.chosen
        return known


class Page(HTMLParser):
    """What a page offers."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._form: Form | None = None
        self._select: Field | None = None
        self._area: Field | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in of:
            self.links.append(of["href"])
        elif tag == "form":
            self._form = Form(of.get("action", ""), of.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(self._form, tag, of)

    def _control(self, form: Form, tag: str, of: dict[str, str]) -> None:
        name = of.get("name", "")
        if tag == "option" and self._select is not None:
            self._select.choices.append(of.get("value", ""))
            self._select.chosen += [of["value"]] if "selected" in of and "value" in of else []
        elif tag == "textarea" and name:
            self._area = form.add(Field(name, "textarea", room=_room(of)))
        elif tag == "select" and name:
            self._select = form.add(Field(name, "select"))
        elif tag == "input" and name and "disabled" not in of:  # no browser sends those
            form.add(_input(name, of))
        elif tag == "button" and name:
            form.add(Field(name, "button", choices=[of.get("value", "")]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.chosen = ["".join(self._area.chosen) + data]


def _input(name: str, of: dict[str, str]) -> Field:
    kind, value = of.get("type", "text").lower(), of.get("value", "")
    if kind in ("checkbox", "radio"):
        value = of.get("value", "on")
        return Field(name, kind, [value] if "checked" in of else [], [value])
    return Field(name, kind, [value] if value else [], room=_room(of))


def _room(of: dict[str, str]) -> int:
    return int(of["maxlength"]) if of.get("maxlength", "").isdigit() else 100_000
