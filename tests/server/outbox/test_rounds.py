# SPDX-License-Identifier: Apache-2.0
"""How often each round comes: what somebody waits for in every one, the rest every two seconds."""

from __future__ import annotations

from collections import Counter
from itertools import count

import pytest

from krama.server.outbox import loop, registry

pytestmark = pytest.mark.django_db


class Ends:
    """Stops after so many rounds, and waits for nothing."""

    def __init__(self, rounds: int) -> None:
        self.left = rounds

    def is_set(self) -> bool:
        self.left -= 1
        return self.left < 0

    def wait(self, timeout: float) -> bool:
        return False


def test_what_nobody_waits_for_comes_every_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    came, clock = Counter[str](), count(100.0, 0.1)
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    monkeypatch.setattr(loop, "close_old_connections", lambda: None)  # the test's own is open
    monkeypatch.setattr(
        registry, "ROUNDS", rounds := {name: lambda name=name: came.update([name]) or 0 for name in ("a", "b")}
    )
    monkeypatch.setattr(loop, "ROUNDS", rounds)
    monkeypatch.setattr(loop, "SELDOM", {"b"})
    loop.run(Ends(50))
    assert came["a"] == 50
    assert 4 <= came["b"] <= 8, "in ten to fifteen seconds of this clock"


def test_rounds_that_somebody_waits_for_come_in_every_one() -> None:
    assert {"cases.collect", "measures.order", "callout.alarms"} <= set(registry.ROUNDS) - registry.SELDOM
    assert set(registry.ROUNDS) >= registry.SELDOM
