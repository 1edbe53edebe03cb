# SPDX-License-Identifier: Apache-2.0
"""The form of one entry, made from the fields that its group has. What the strict loader refuses is said beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from krama.countries import Change as NewFields
from krama.countries import Field, changed, fields_of
from krama.countries.change import LONGEST
from krama.server.countries.actions import LONGEST_WHY
from krama.server.countries.words import CHOICES, FIELDS
from krama.text import BadEntry

LIST_HINT = _("Write a comma between two.")


class EntryForm(forms.Form):
    """All fields of one entry, and why they should change; a new entry has an id as well."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        group: str,
        raw: Mapping[str, Any],
        contacts: Mapping[str, str],
        entry: str = "",
        before: Mapping[str, Any] | None = None,
    ) -> None:
        known = fields_of(group)
        super().__init__(data, initial=_typed(before or {}), auto_id="id_%s")
        self.group, self.raw, self.entry, self.known = group, raw, entry, known
        if not entry:
            self.fields["id"] = forms.SlugField(
                label=_("Its short name"), max_length=60, help_text=_("Small Latin letters, digits and hyphens.")
            )
        for field in known:
            self.fields[field.name] = form_field(field, contacts)
        self.fields["why"] = forms.CharField(
            label=_("Why"), max_length=LONGEST_WHY, help_text=_("The second person decides by it.")
        )

    @property
    def entry_id(self) -> str:
        """The id that the change is about."""
        return self.entry or str(self.cleaned_data["id"])

    def plain(self) -> dict[str, Any]:
        """The fields as an entry of the pack holds them: what is not needed and empty is left out."""
        kept = {}
        for field in self.known:
            value = _plain(field, self.cleaned_data.get(field.name))
            if field.needed or value not in ("", False, None, []):
                kept[field.name] = value
        return kept

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        day = given.get("verified_on")
        if (given["standing"] == "confirmed") != (day is not None):
            self.add_error("standing", _("It is confirmed exactly when a day of confirmation is given."))
        elif day and day > timezone.localdate():
            self.add_error("verified_on", _("This day has not come yet."))
        elif not self.entry and any(one["id"] == given["id"] for one in self.raw[self.group]):
            self.add_error("id", _("This name is taken; correct that entry instead."))
        else:
            self._try()
        return given

    def _try(self) -> None:
        try:
            changed(self.raw, NewFields(self.group, self.entry_id, self.plain()))
        except BadEntry as error:
            at = str(error.fields.get("field", ""))
            self.add_error(
                at if at in self.fields else None,
                _("This cannot stand there. Look for an invisible letter, a word given twice, or a day that is not."),
            )


def form_field(field: Field, contacts: Mapping[str, str]) -> forms.Field:
    """What is asked for one field of the pack."""
    label: Any = FIELDS[field.name]
    needed = field.needed and not (field.many and not field.least)
    if field.choices or field.name == "contact":
        choices = _choices(field, contacts)
        if field.many:
            boxes = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(label=label, choices=choices, required=needed, widget=boxes)
        return forms.ChoiceField(label=label, choices=choices, required=needed)
    if field.many:
        return forms.CharField(label=label, required=needed, max_length=LONGEST, help_text=LIST_HINT)
    if field.kind == "number":
        return forms.IntegerField(label=label, required=needed, min_value=1, max_value=9999)
    if field.kind == "flag":
        return forms.BooleanField(label=label, required=False)
    if field.kind == "day":
        day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return forms.DateField(label=label, required=False, widget=day, input_formats=["%Y-%m-%d"])
    return forms.CharField(label=label, required=needed, max_length=LONGEST)


def _choices(field: Field, contacts: Mapping[str, str]) -> Iterable[tuple[str, Any]]:
    if field.name == "contact":
        return list(contacts.items())
    return [(choice, CHOICES[field.name][choice]) for choice in field.choices]


def _typed(before: Mapping[str, Any]) -> dict[str, Any]:
    """An entry's values as they stand in the form; a list without choices is typed with commas."""
    return {
        name: ", ".join(str(item) for item in value) if isinstance(value, list) and name not in CHOICES else value
        for name, value in before.items()
    }


def _plain(field: Field, value: Any) -> Any:
    if field.kind == "day":
        return value.isoformat() if value else None
    if field.many and not field.choices:
        words = [part.strip() for part in str(value or "").replace("\n", ",").split(",") if part.strip()]
        return [int(word) if word.isdecimal() else word for word in words] if field.kind == "number" else words
    return list(value or ()) if field.many else value
