# SPDX-License-Identifier: Apache-2.0
"""Kernels are loaded when they are worth it, compile where no cache can be written, and are not needed at all."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from krama.signals import engine
from krama.signals.near import table_of

FEW = """
import sys
from datetime import UTC, datetime
from krama.scanning import Content, Scanner
from krama.signals import HashList, Signal, SignalType, Snapshot
known = Snapshot.of([(HashList("a", "o", "b"), [Signal(SignalType.PDQ, f"{n:064x}") for n in range(5_000)])])
found = Scanner(known, clock=lambda: datetime.now(UTC)).scan(Content.of_hashes([("pdq", "0" * 64, None)]))
assert found.verdict == "block"
sys.exit("numba" in sys.modules)
"""
WITHOUT = """
import sys
sys.modules["numba"] = None
from datetime import UTC, datetime
from krama.signals import HashList, Index, Signal, SignalType, engine
values = [f"{n * 2**200 + n:064x}" for n in range(25_000)]
index = Index.of([(HashList("a", "o", "b"), [Signal(SignalType.PDQ, value) for value in values])])
assert engine.load() is None
assert values[77] in {hit.signal.value for hit in index.find(SignalType.PDQ, values[77], now=datetime.now(UTC))}
assert len(index.find_many(values[:3], now=datetime.now(UTC))) == 3
"""


def test_one_scan_against_a_few_thousand_does_not_load_numba() -> None:
    subprocess.run([sys.executable, "-c", FEW], check=True)


def test_without_numba_everything_is_found_all_the_same() -> None:
    subprocess.run([sys.executable, "-c", WITHOUT], check=True)


def test_what_numpy_has_cost_brings_the_kernels_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_kernels", None)
    monkeypatch.setattr(engine, "_spent", 0.0)
    table, _order = table_of(np.arange(400, dtype=np.uint64).reshape(-1, 4))
    query = np.zeros(4, np.uint64)
    assert table.find(query, 31)
    assert 0 < engine._spent < engine.PATIENCE
    assert engine.kernels() is None
    monkeypatch.setattr(engine, "_spent", engine.PATIENCE + 1)
    assert table.find(query, 31)
    assert engine._kernels is not None


def test_where_no_cache_can_be_written_a_kernel_compiles_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    from numba.core import caching

    from krama.signals.vectors import compiled

    def doubled(number: int) -> int:
        return 2 * number

    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    assert compiled(doubled)(21) == 42
