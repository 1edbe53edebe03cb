# SPDX-License-Identifier: Apache-2.0
"""Where the words of a child's support are sealed: nowhere else do they open."""

from __future__ import annotations

from uuid import UUID

Place = tuple[str, UUID, str]


def place_of_step(pk: UUID) -> Place:
    return ("support step", pk, "what")


def place_of_consent(pk: UUID) -> Place:
    return ("support referral", pk, "consent")


def place_of_follow_up(pk: UUID, what: str) -> Place:
    """`what` is words or found."""
    return ("support follow-up", pk, what)


def place_of_trusted(case: UUID, what: str) -> Place:
    """`what` is person or way."""
    return ("support trusted", case, what)


def place_of_removal(pk: UUID, what: str) -> Place:
    """`what` is wish or reason."""
    return ("support removal", pk, what)
