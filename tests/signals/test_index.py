# SPDX-License-Identifier: Apache-2.0
"""The index finds exactly what brute force finds, in lists with different radii."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krama.errors import BadSignal
from krama.signals import HashList, Index, Signal, SignalType

NOW = datetime(2027, 1, 1, tzinfo=UTC)
ALL = (1 << 256) - 1


@st.composite
def near_and_far(draw: st.DrawFn) -> tuple[int, list[tuple[int, list[int]]]]:
    """A query, and lists (radius, values) whose values differ from it in chosen numbers of bits."""
    query = draw(st.integers(0, ALL))
    lists = []
    for _ in range(draw(st.integers(0, 3))):
        radius = draw(st.sampled_from([0, 1, 30, 31, 32, 100, 256]))
        flips = draw(st.lists(st.integers(0, 256), max_size=8))
        masks = [sum(1 << int(bit) for bit in np.random.default_rng(n).permutation(256)[:n]) for n in flips]
        lists.append((radius, [query ^ mask for mask in masks]))
    return query, lists


def found_by(query: int, lists: list[tuple[int, list[int]]]) -> list[tuple[str, str, int]]:
    named = [
        (HashList(f"l{number}", "o", "b", radius=radius), [Signal(SignalType.PDQ, f"{v:064x}") for v in values])
        for number, (radius, values) in enumerate(lists)
    ]
    hits = Index.of(named).find(SignalType.PDQ, f"{query:064x}", now=NOW)
    return [(hit.list.name, hit.signal.value, hit.distance) for hit in hits]


def brute(query: int, lists: list[tuple[int, list[int]]]) -> list[tuple[str, str, int]]:
    return [
        (f"l{number}", f"{value:064x}", (query ^ value).bit_count())
        for number, (radius, values) in enumerate(lists)
        for value in values
        if (query ^ value).bit_count() <= radius
    ]


@settings(deadline=None)
@given(near_and_far())
def test_it_finds_what_brute_force_finds_nearest_first(case: tuple[int, list[tuple[int, list[int]]]]) -> None:
    found = found_by(*case)
    assert sorted(found) == sorted(brute(*case))
    assert [hit[2] for hit in found] == sorted(hit[2] for hit in found)


@pytest.mark.parametrize("distance", range(34))
def test_every_distance_up_to_the_radius_is_found_and_none_beyond(distance: int) -> None:
    masks = [
        sum(1 << int(bit) for bit in np.random.default_rng(seed).permutation(256)[:distance]) for seed in range(20)
    ]
    assert len(found_by(0, [(31, masks)])) == (20 if distance <= 31 else 0)


def test_an_index_that_misses_one_is_caught_by_brute_force(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = Index._hits
    monkeypatch.setattr(Index, "_hits", lambda self, *given: sound(self, *given)[:-1])
    assert found_by(0, [(31, [0])]) != brute(0, [(31, [0])])


def test_exact_types_match_exactly_and_by_type() -> None:
    index = Index.of([(HashList("a", "o", "b"), [Signal(SignalType.MD5, "a" * 32)])])
    assert len(index.find(SignalType.MD5, "A" * 32, now=NOW)) == 1
    assert index.find(SignalType.MD5, "a" * 31 + "b", now=NOW) == []
    assert index.find(SignalType.SHA1, "a" * 40, now=NOW) == []


def test_withdrawn_signals_are_not_in_it() -> None:
    signals = [Signal(SignalType.PDQ, "0" * 64, withdrawn=NOW), Signal(SignalType.MD5, "0" * 32, withdrawn=NOW)]
    assert len(Index.of([(HashList("a", "o", "b"), signals)])) == 0


def test_a_value_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(BadSignal, match="64 hex digits"):
        Index().find(SignalType.PDQ, "ab", now=NOW)


@pytest.mark.parametrize("radius", [-1, 257])
def test_a_radius_beyond_the_bits_is_refused(radius: int) -> None:
    with pytest.raises(BadSignal, match="0 to 256"):
        HashList("a", "o", "b", radius=radius)


@pytest.mark.parametrize("radius", [0, 20, 31])
def test_a_margin_looks_beyond_each_lists_radius_and_no_further(radius: int) -> None:
    masks = [(1 << bits) - 1 for bits in range(64)]
    index = Index.of([(HashList("a", "o", "b", radius=radius), [Signal(SignalType.PDQ, f"{m:064x}") for m in masks])])
    hits = index.find(SignalType.PDQ, "0" * 64, now=NOW, margin=12)
    assert [hit.distance for hit in hits] == list(range(radius + 13))
    assert len(index.find(SignalType.PDQ, "0" * 64, now=NOW)) == radius + 1
