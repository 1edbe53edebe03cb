# SPDX-License-Identifier: Apache-2.0
"""One thing said twice, and what a firm's own reviewers made of its Khmer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")
Corrections = Mapping[tuple[str, str], str]  # English and shipped Khmer → the Khmer to be said
_laid: dict[tuple[str, str], str] = {}


@dataclass(frozen=True)
class Text:
    """The same in English and in Khmer; the two are never mixed."""

    en: str
    km: str

    def in_(self, language: str) -> str:
        """The Khmer for "km", the English for every other language."""
        if language != "km":
            return self.en
        return _laid.get((self.en, self.km), self.km) if _laid else self.km


def lay_over(corrections: Corrections) -> None:
    """From now on `in_` says these; for whoever runs a firm's home. Without it every text is as it was shipped."""
    _laid.clear()
    _laid.update(corrections)


def correct(value: T, corrections: Corrections) -> T:
    """The same value with corrected texts, through tuples, dictionaries and frozen dataclasses."""
    made: Any = value
    if isinstance(value, Text):
        km = corrections.get((value.en, value.km), value.km)
        made = value if km == value.km else Text(value.en, km)
    elif isinstance(value, tuple) and type(value) is tuple:
        items = tuple(correct(item, corrections) for item in value)
        made = value if all(new is old for new, old in zip(items, value, strict=True)) else items
    elif isinstance(value, Mapping):
        made = {key: correct(item, corrections) for key, item in value.items()}
    elif is_dataclass(value) and not isinstance(value, type):
        new = {field.name: correct(getattr(value, field.name), corrections) for field in fields(value) if field.init}
        changes = {name: item for name, item in new.items() if item is not getattr(value, name)}
        made = replace(value, **changes) if changes else value
    return made  # type: ignore[no-any-return]
