# SPDX-License-Identifier: Apache-2.0
"""Reading what the firm was and is, and what a change of it brings."""

from __future__ import annotations

from krama.guidelines import Difference, Profile, Ruling, difference, rulings
from krama.server.assessments.models import FirmProfile
from krama.server.assessments.queries.catalogue import catalogue, firm, profile_of


def history() -> list[FirmProfile]:
    """Every profile, the latest first."""
    return list(FirmProfile.objects.order_by("-number").select_related("made_by"))


def between(before: FirmProfile, after: FirmProfile) -> Difference:
    """What came and went between two saved profiles, by the catalogue in force."""
    return difference(catalogue(), profile_of(before), profile_of(after))


def change_to(after: Profile) -> Difference | None:
    """What a profile that is not saved yet would bring; nothing to compare when it is the first."""
    row = firm()
    return difference(catalogue(), profile_of(row), after) if row else None


def rulings_now() -> tuple[Ruling, ...]:
    """Every line with its ruling for this firm; nothing before it has a profile."""
    row = firm()
    return rulings(catalogue(), profile_of(row)) if row else ()
