# SPDX-License-Identifier: Apache-2.0
"""The tables find what looking at every row finds: every radius, equal hashes, dense lists, damaged tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krama.signals import HashList, Index, Signal, SignalType, chunks, engine, near
from krama.signals.near import Words, table_of

FAR = 2**64
NOW = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fresh_engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    engine.load()
    yield
    chunks.plan_for.cache_clear()


@pytest.fixture
def tables_for_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables also for lists of a size that hypothesis can make, and asked at every radius."""
    monkeypatch.setattr(near, "chunks_for", lambda count: 16 if count else 0)
    monkeypatch.setattr(chunks, "ROW", 1e12)
    monkeypatch.setattr(chunks, "WIDEST_BALL", 10**6)
    chunks.plan_for.cache_clear()


def flipped(row: Words, bits: int, seed: int) -> Words:
    turned = row.copy()
    for bit in np.random.default_rng(seed).permutation(256)[:bits].tolist():
        turned[bit >> 6] ^= np.uint64(1 << (bit & 63))
    return turned


def around(query: Words, distances: list[int]) -> Words:
    rows = [flipped(query, bits, seed) for seed, bits in enumerate(distances)]
    return np.array(rows, np.uint64).reshape(-1, 4)


def brute(words: Words, query: Words, radius: int) -> list[int]:
    distances = np.bitwise_count(words ^ query).sum(axis=1)
    return sorted(distances[distances <= radius].tolist())


def distances(found: list[tuple[int, int]]) -> list[int]:
    return [distance for _row, distance in found]


CASE = st.tuples(st.integers(0, 2**32), st.lists(st.integers(0, 90), max_size=60), st.integers(0, 64))


@pytest.mark.usefixtures("tables_for_few")
@settings(deadline=None, max_examples=150)
@given(CASE)
def test_tables_find_what_looking_at_every_row_finds(case: tuple[int, list[int], int]) -> None:
    seed, bits, radius = case
    query = np.random.default_rng(seed).integers(0, FAR, 4, dtype=np.uint64)
    words = around(query, bits)
    table, order = table_of(words)
    found = table.tabled.find(query, radius)
    assert distances(found) == brute(words, query, radius)
    assert [int(np.bitwise_count(words[order[row]] ^ query).sum()) for row, _ in found] == distances(found)
    assert len({row for row, _ in found}) == len(found)
    assert distances(table.find_many(query.reshape(1, 4), radius)[0]) == distances(found)


@pytest.mark.parametrize("radius", range(65))
def test_every_radius_to_64_in_a_list_large_enough_for_tables(radius: int) -> None:
    random = np.random.default_rng(radius)
    words = random.integers(0, FAR, (21_000, 4), dtype=np.uint64)
    queries = np.array([flipped(words[at], min(at % 70, 256), at) for at in range(40)], np.uint64)
    table, _order = table_of(words)
    assert table.tabled.chunks == 16
    for query, many in zip(queries, table.find_many(queries, radius), strict=True):
        expected = brute(words, query, radius)
        assert distances(table.find(query, radius)) == expected == distances(many)


@pytest.mark.usefixtures("tables_for_few")
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 16, 17, 64, 65, 1000, 4095, 4096, 4097, 9000])
def test_equal_hashes_are_all_found(count: int) -> None:
    row = np.random.default_rng(count).integers(0, FAR, 4, dtype=np.uint64)
    table, _order = table_of(np.tile(row, (count, 1)))
    assert distances(table.tabled.find(flipped(row, 31, 1), 31)) == [31] * count
    assert table.tabled.find(flipped(row, 32, 1), 31) == []
    assert len(table.equal(row)) == count


def dense(clusters: int, each: int) -> Words:
    random = np.random.default_rng(3)
    centres = random.integers(0, FAR, (clusters, 4), dtype=np.uint64)
    return np.concatenate([around(centre, random.integers(0, 12, each).tolist()) for centre in centres])


@pytest.mark.parametrize("most", [0, 10**9])
def test_a_dense_list_gives_the_same_by_tables_and_when_it_turns_to_every_row(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = np.concatenate([dense(20, 500), np.random.default_rng(4).integers(0, FAR, (12_000, 4), dtype=np.uint64)])
    table = table_of(words)[0].tabled
    plan = chunks.plan_for(table.chunks, 31, len(table))
    assert plan is not None
    monkeypatch.setattr(near, "plan_for", lambda *_: chunks.Plan(plan.rows, plan.masks, most))
    for at in range(0, 10_000, 500):
        assert distances(table.find(words[at], 31)) == brute(words, words[at], 31)


def test_numpy_alone_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    words = dense(5, 100)
    by_kernels = [table_of(words)[0].find(row, 31) for row in words[::50]]
    table, _order = table_of(words)
    monkeypatch.setattr(engine, "kernels", lambda: None)
    monkeypatch.setattr(engine, "load", lambda: None)
    assert [sorted(table.find(row, 31)) for row in words[::50]] == [sorted(found) for found in by_kernels]
    assert table.find_many(words[:2], 31) == [table.find(row, 31) for row in words[:2]]


def test_a_plan_that_forgets_a_chunk_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    words = np.random.default_rng(5).integers(0, FAR, (21_000, 4), dtype=np.uint64)
    table = table_of(words)[0].tabled
    plan = chunks.plan_for(16, 31, len(table))
    assert plan is not None
    monkeypatch.setattr(near, "plan_for", lambda *_: chunks.Plan(plan.rows[:1], plan.masks, plan.most))
    missed = [at for at in range(60) if not table.find(flipped(words[at], 31, at), 31)]
    assert missed  # what the comparisons above would see


@pytest.mark.parametrize("name", ["buckets", "ids", "marks"])
def test_tables_full_of_wrong_numbers_lead_nowhere_outside_the_arrays(name: str) -> None:
    words = np.random.default_rng(6).integers(0, FAR, (21_000, 4), dtype=np.uint64)
    sound = table_of(words)[0].tabled
    right = getattr(sound, name)
    wrong = np.random.default_rng(7).integers(0, 2**32, right.size, dtype=np.uint64).astype(right.dtype)
    damaged = replace(sound, **{name: wrong})
    for row in words[:20]:
        for _row, distance in damaged.find(row, 31):
            assert distance <= 31


@pytest.mark.parametrize("chunks", [11, 12, 14, 15, 16])
def test_rows_in_an_order_of_another_day_are_found_all_the_same(chunks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    words = np.random.default_rng(9).integers(0, FAR, (500, 4), dtype=np.uint64)
    monkeypatch.setattr(near, "chunks_for", lambda _count: chunks)
    table, _order = table_of(words)
    monkeypatch.setattr(near, "chunks_for", lambda _count: 13)
    assert table.tabled.chunks == chunks
    for row in words[:50]:
        assert len(table.equal(row)) == len(table.tabled.equal(row)) == 1
        assert distances(table.tabled.find(flipped(row, 31, 1), 31)) == [31]


def test_the_radius_is_shared_out_so_that_nothing_is_missed() -> None:
    for count in (16, 15, 14, 11):
        for radius in (0, 5, 31, 43, 64):
            assert sum(t + 1 for t in chunks.tolerances(count, radius, 10**6)) == radius + 1


def test_bits_are_cut_without_gap() -> None:
    for count in (16, 15, 14, 11):
        ends = [low + bits for low, bits in chunks.cuts(count)]
        assert ends[-1] == 256
        assert [low for low, _bits in chunks.cuts(count)] == [0, *ends[:-1]]


def test_no_search_waits_for_a_compiler_once_the_kernels_are_loaded() -> None:
    kernels = engine.load()
    assert kernels is not None
    compiled = {name: len(getattr(kernels, name).signatures) for name in ("near", "near_many", "brute")}
    values = [row.tobytes().hex() for row in np.random.default_rng(8).integers(0, FAR, (21_000, 4), dtype=np.uint64)]
    index = Index.of([(HashList("a", "o", "b"), [Signal(SignalType.PDQ, value) for value in values])])
    assert index.find(SignalType.PDQ, values[0], now=NOW)
    assert index.find(SignalType.PDQ, values[0], now=NOW, margin=200)
    assert index.find_many(values[:3], now=NOW)[2]
    assert {name: len(getattr(kernels, name).signatures) for name in compiled} == compiled
    assert set(compiled.values()) == {1}


def test_a_query_whose_words_lie_apart_in_memory_is_found_too() -> None:
    assert engine.load()
    rows = np.random.default_rng(3).integers(0, 2**64, (30_000, 4), dtype=np.uint64)
    table = table_of(rows)[0].tabled
    apart = np.repeat(rows[5], 2)[::2]
    assert not apart.flags.c_contiguous
    assert table.find(apart, 31) == table.find(rows[5].copy(), 31)
    assert table.find(apart, 31)
