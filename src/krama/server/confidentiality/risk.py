# SPDX-License-Identifier: Apache-2.0
"""The risk of a line, counted from its own facts: likelihood × severity, each with its reasons. Advice, not a verdict.

The scale is ours, after the usual four-by-four of impact assessments; no law of Cambodia sets one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from krama.inventory import Category

Level = Literal["low", "medium", "high"]
MOST = 4
LONG_DAYS = 365
MANY_UNITS = 4
SPECIAL = frozenset({Category.HEALTH, Category.BIOMETRIC})
LOCATES = frozenset({Category.ADDRESS, Category.LOCATION, Category.SCHOOL})
IDENTIFIES = frozenset({Category.NAME, Category.PICTURE, Category.CONTACT, Category.ID_NUMBER})
OPEN_UP = frozenset({Category.WORDS, Category.PICTURE})  # what shames, or is used to press a child
SLIGHT = frozenset({Category.SEX, Category.DEVICE})


@dataclass(frozen=True)
class RiskFacts:
    """What is needed of a line. `weighed`: the minimisation question is answered for it as it stands."""

    categories: Sequence[Category]
    third_parties: int = 0
    abroad: bool = False
    has_basis: bool = True
    consent_open: bool = False  # a guardian's consent is needed, or may be, and nobody says how it is obtained
    kept_days: int | None = 1
    units: int = 1
    weighed: bool = True


@dataclass(frozen=True)
class Risk:
    """Both from 1 to 4, and why; the codes of the reasons are put in words by `words.py`."""

    severity: int
    likelihood: int
    severe: tuple[str, ...] = field(default=())
    likely: tuple[str, ...] = field(default=())

    @property
    def score(self) -> int:
        return self.severity * self.likelihood

    @property
    def level(self) -> Level:
        return "high" if self.score >= 9 else "medium" if self.score >= 4 else "low"


def risk_of(facts: RiskFacts) -> Risk:
    """The same facts give the same risk; one more reason never makes it less."""
    held = frozenset(facts.categories)
    severe, likely = tuple(_severe(held)), tuple(_likely(facts))
    base = 1 if held <= SLIGHT else 2
    return Risk(min(base + len(severe), MOST), min(1 + len(likely), MOST), severe, likely)


def _severe(held: frozenset[Category]) -> Iterator[str]:
    if held & SPECIAL:
        yield "special"
    if held & LOCATES:
        yield "locates"
    if held & OPEN_UP:
        yield "opens-up"
    if Category.ID_NUMBER in held:
        yield "id-number"
    if held & LOCATES and held & IDENTIFIES:
        yield "together"


def _likely(facts: RiskFacts) -> Iterator[str]:
    if facts.third_parties:
        yield "third-parties"
    if facts.abroad:
        yield "abroad"
    if not facts.has_basis:
        yield "no-basis"
    if facts.consent_open:
        yield "no-consent"
    if facts.kept_days is None:
        yield "no-end"
    elif facts.kept_days > LONG_DAYS:
        yield "long"
    if facts.units == 0:
        yield "nobody-named"
    elif facts.units >= MANY_UNITS:
        yield "many-see"
    if not facts.weighed:
        yield "not-weighed"
