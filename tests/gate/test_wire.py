# SPDX-License-Identifier: Apache-2.0
"""A body that falls silent, or drips without end, holds no seat for long; a slow one that goes on is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from krama.gate import wire
from krama.gate.wire import Interrupted, Request


def taken(pauses: Sequence[float], *, length: int, seconds: float = 60) -> bytearray:
    """A body of so many bytes, of which one comes after each pause; then nothing more."""
    waits = iter(pauses)

    async def receive() -> Any:
        await asyncio.sleep(next(waits, 3_600))
        return {"type": "http.request", "body": b"x", "more_body": True}

    return asyncio.run(Request("POST", "/", {}, {}, receive).body(length, seconds))


def test_silence_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "SILENCE", 0.05)
    with pytest.raises(Interrupted):
        taken([0, 0], length=3)


def test_dripping_ends_with_its_time() -> None:
    with pytest.raises(Interrupted):
        taken([0.01] * 10_000, length=10_000, seconds=0.2)


def test_each_byte_is_waited_for_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "SILENCE", 1.0)
    assert taken([0.3] * 5, length=5) == b"xxxxx"
