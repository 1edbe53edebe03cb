# SPDX-License-Identifier: Apache-2.0
"""Who acts: a person, a key of a machine, or Krama itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Actor(Protocol):
    """What the trail asks of whoever acts."""

    @property
    def actor_kind(self) -> str: ...

    @property
    def actor_id(self) -> str: ...


@dataclass(frozen=True)
class Machine:
    """Krama acting by itself: the scanner, the job loop, a command run at the terminal."""

    actor_id: str
    actor_kind: str = "krama"


SCANNER = Machine("scanner")
COLLECTOR = Machine("collector")
DELIVERY = Machine("delivery")
CALLER = Machine("caller")
TERMINAL = Machine("terminal")
SIGN_IN = Machine("sign-in")
