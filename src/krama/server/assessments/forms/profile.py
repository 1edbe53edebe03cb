# SPDX-License-Identifier: Apache-2.0
"""The wizard's screens: what each asks, and how the answers travel from one to the next in the address itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from krama.guidelines import Catalogue, Profile, Word
from krama.server.assessments.actions.profile import LONGEST
from krama.server.assessments.models import FirmProfile
from krama.server.assessments.queries.catalogue import catalogue

SCREENS = 6
FIELD = {1: "sector", 2: "feature", 3: "user", 4: "size", 5: "language"}
GROUP = {"sector": "sectors", "feature": "features", "user": "users", "size": "sizes", "language": "languages"}
MAY_BE_EMPTY = ("feature",)


@dataclass(frozen=True)
class Draft:
    """What was said so far. `usual` names the sectors whose usual features were offered: they are offered once."""

    sector: tuple[str, ...] = ()
    feature: tuple[str, ...] = ()
    user: tuple[str, ...] = ()
    size: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()

    def hidden(self, screen: int) -> list[tuple[str, str]]:
        """What the form of a screen carries along: all but what it asks itself."""
        names = [name for name in (*FIELD.values(), "usual") if name != FIELD.get(screen)]
        return [(name, value) for name in names for value in getattr(self, name)]

    def query(self) -> str:
        """The same as the end of an address."""
        found = QueryDict(mutable=True)
        for name, value in self.hidden(SCREENS):
            found.appendlist(name, value)
        return found.urlencode()

    def profile(self) -> Profile:
        """The library's value of it."""
        return Profile(
            frozenset(self.sector),
            frozenset(self.feature),
            frozenset(self.user),
            self.size[0] if self.size else "",
            frozenset(self.language),
        )

    def missing(self, before: int) -> int | None:
        """The first screen before this one that was left without an answer."""
        asked = (screen for screen in range(1, before) if FIELD[screen] not in MAY_BE_EMPTY)
        return next((screen for screen in asked if not getattr(self, FIELD[screen])), None)


def read(data: QueryDict, held: Catalogue) -> Draft:
    """What an address or a form says; words that the catalogue does not know are left out."""
    return Draft(
        **{name: _known(held, name, data.getlist(name)) for name in FIELD.values()},
        usual=_known(held, "sector", data.getlist("usual")),
    )


def begun(row: FirmProfile | None, held: Catalogue, sectors: Iterable[str]) -> Draft:
    """Where the wizard starts: from the last profile, or from nothing but the sectors a link named."""
    named = _known(held, "sector", sectors)
    if row is None:
        return Draft(sector=named)
    return Draft(
        sector=_known(held, "sector", [*row.sectors, *named]),
        feature=_known(held, "feature", row.features),
        user=_known(held, "user", row.users),
        size=_known(held, "size", [row.size]),
        language=_known(held, "language", row.languages),
        usual=_known(held, "sector", row.sectors),
    )


def offered(draft: Draft, screen: int, held: Catalogue) -> Draft:
    """The draft with sensible ticks on a screen that was not answered yet."""
    if screen == 2:
        new = [sector for sector in held.words.sectors if sector.id in draft.sector and sector.id not in draft.usual]
        feature = {*draft.feature, *(feature for sector in new for feature in sector.features)}
        return replace(draft, feature=_known(held, "feature", feature), usual=draft.sector)
    usual = {3: ("user", Profile(frozenset()).users), 4: ("size", ("small",)), 5: ("language", ("km",))}
    if screen in usual and not getattr(draft, usual[screen][0]):
        name, values = usual[screen]
        return replace(draft, **{name: _known(held, name, values)})
    return draft


class ScreenForm(forms.Form):
    """One screen: its one question, with every answer the catalogue knows."""

    ASKED: dict[str, tuple[Any, Any, Any]] = {
        "sector": (
            _("In which sectors does your firm work?"),
            _("Tick each one that fits; most firms tick one."),
            _("Tick at least one sector, so that we can say what applies."),
        ),
        "feature": (
            _("What can people do in your services?"),
            _("What is usual in your sector is ticked already. Take away what you do not have."),
            "",
        ),
        "user": (
            _("Who uses your services?"),
            _("Children use what nobody keeps them from. Take them away only if you really keep them out."),
            _("Tick at least one kind of user."),
        ),
        "size": (
            _("How many people work in your firm?"),
            _("A small firm may leave some public outreach for later; nothing that protects a child."),
            _("Choose one."),
        ),
        "language": (
            _("In which languages do you serve people?"),
            _("What children and parents read must exist in each of them."),
            _("Tick at least one language."),
        ),
    }

    def __init__(self, *args: Any, screen: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = FIELD[screen]
        label, hint, error = self.ASKED[name]
        words: tuple[Word, ...] = getattr(catalogue().words, GROUP[name])
        choices = [(word.id, word.text.in_(get_language() or "en")) for word in words]
        one = name == "size"
        self.fields[name] = (forms.ChoiceField if one else forms.MultipleChoiceField)(
            label=label,
            help_text=hint,
            choices=choices,
            required=name not in MAY_BE_EMPTY,
            widget=forms.RadioSelect if one else forms.CheckboxSelectMultiple,
            error_messages={"required": error},
        )


class NamesForm(forms.Form):
    """The last screen: what the firm is called in its papers."""

    firm_km = forms.CharField(
        label=_("Name of the firm in Khmer"),
        max_length=LONGEST,
        required=False,
        help_text=_("It stands in your policy and letters. Without it, the English name stands there."),
    )
    firm_en = forms.CharField(
        label=_("Name of the firm in English"),
        max_length=LONGEST,
        error_messages={"required": _("Write the name of your firm.")},
    )


def _known(held: Catalogue, name: str, given: Iterable[str]) -> tuple[str, ...]:
    words: tuple[Word, ...] = getattr(held.words, GROUP[name])
    had = frozenset(given)
    return tuple(word.id for word in words if word.id in had)
