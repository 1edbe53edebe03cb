# SPDX-License-Identifier: Apache-2.0
"""The library's public names, held by `public_names.txt`: a change there is a change for every user."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

import pytest

ROOMS = [
    "krama.text",
    "krama.countries",
    "krama.guidelines",
    "krama.inventory",
    "krama.signals",
    "krama.scanning",
    "krama.testing",
]
FILE = Path(__file__).with_name("public_names.txt")


def names() -> list[str]:
    return [f"{room}.{name}" for room in ROOMS for name in sorted(importlib.import_module(room).__all__)]


def test_public_names_are_those_written_down() -> None:
    assert names() == FILE.read_text().split()


def test_every_public_name_is_there_and_documented() -> None:
    for full in names():
        room, _, name = full.rpartition(".")
        found = getattr(importlib.import_module(room), name)
        if inspect.isclass(found) or inspect.isroutine(found):
            assert found.__doc__, full


def test_a_name_that_appears_unwritten_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    import krama.signals

    monkeypatch.setattr(krama.signals, "__all__", [*krama.signals.__all__, "planted"])
    assert names() != FILE.read_text().split()
