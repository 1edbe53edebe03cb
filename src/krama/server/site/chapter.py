# SPDX-License-Identifier: Apache-2.0
"""What a chapter of the story is made of. Data; no database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

PHONE = "phone"


@dataclass(frozen=True)
class Step:
    """One step. `role`: to become somebody; `post`: the address that its button posts `fields` to."""

    key: str
    title: str
    text: str
    label: str
    target: str
    role: str | None = None
    post: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Chapter:
    """One way through a demo home; `key` is the end of its address."""

    key: str
    title: str
    lead: str
    last: str
    steps: tuple[Step, ...]

    @property
    def has_phone(self) -> bool:
        """Somebody tells in it, so the page shows the phone of a child."""
        return any(step.target == PHONE for step in self.steps)

    def following(self, done: Collection[str]) -> Step | None:
        """The first step that has not happened."""
        return next((step for step in self.steps if step.key not in done), None)
