# SPDX-License-Identifier: Apache-2.0
"""Verdicts by the fast hash are the exact hash's, also where a bit decides; only what is in doubt is hashed twice."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from krama.scanning import Content, Limits, Pdq, Scanner, Verdict, read_picture
from krama.scanning import scanner as module
from krama.scanning.doubt import in_doubt
from krama.signals import HashList, Signal, SignalType, Snapshot
from krama.testing import animation, encoded, jpeg, landscape, pattern

NOW = datetime(2027, 1, 1, tzinfo=UTC)


@cache
def differing() -> tuple[tuple[bytes, int, int], ...]:
    """Pictures whose two hashes are not the same: the bytes, the fast hash, the exact one."""
    found = []
    for seed in range(40):
        data = jpeg((landscape, pattern)[seed % 2](seed, (640, 480)), quality=70)
        fast, exact = (int(read_picture(data, Limits(), exact=how).hashes[0].value, 16) for how in (False, True))
        if fast != exact:
            found.append((data, fast, exact))
    assert len(found) >= 5
    return tuple(found)


def away(value: int, bits: int, *, but: int = 0) -> str:
    """A hash so many bits from a value, none of them one of `but`."""
    for place in (p for p in range(255, -1, -1) if not but >> p & 1):
        if bits:
            value, bits = value ^ 1 << place, bits - 1
    return f"{value:064x}"


def verdict(data: bytes, *known: str, exact: bool, radius: int = 31, dihedral: bool = False) -> Verdict:
    lists = Snapshot.of([(HashList("known", "o", "b", radius=radius), [Signal(SignalType.PDQ, one) for one in known])])
    scanner = Scanner(lists, clock=lambda: NOW, exact=exact, dihedral=dihedral)
    return scanner.scan(Content.of_bytes(data))


def said(found: Verdict) -> tuple[Any, ...]:
    return found.verdict, found.reason, found.detail, found.matches


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """How each picture was read: exactly or not."""
    seen: list[bool] = []

    def counted(*args: Any, exact: bool, **ways: Any) -> Any:
        seen.append(exact)
        return read_picture(*args, exact=exact, **ways)

    monkeypatch.setattr(module, "read_picture", counted)
    return seen


@pytest.mark.parametrize("distance", range(25, 44))
def test_in_the_band_the_verdict_is_the_exact_one(distance: int) -> None:
    for data, fast, exact in differing()[:5]:
        for value in (away(exact, distance), away(exact, distance, but=fast ^ exact), away(fast, distance)):
            assert said(verdict(data, value, exact=False)) == said(verdict(data, value, exact=True))


def test_what_only_the_exact_hash_finds_is_found_and_what_only_the_fast_one_would_is_not() -> None:
    for data, fast, exact in differing():
        near, far = away(exact, 31, but=fast ^ exact), away(fast, 31, but=fast ^ exact)
        assert verdict(data, near, exact=False).matches[0].distance == 31
        assert verdict(data, far, exact=False).verdict == "allow"


def test_a_scanner_without_doubt_would_be_wrong_on_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "in_doubt", lambda *_: False)
    for data, fast, exact in differing():
        assert verdict(data, away(exact, 31, but=fast ^ exact), exact=False).verdict == "allow"


@settings(max_examples=60, deadline=None)
@given(which=st.integers(0, 4), bits=st.sets(st.integers(0, 255), max_size=60), radius=st.integers(0, 60))
def test_whatever_is_known_and_however_wide_the_verdict_is_the_exact_one(
    which: int, bits: set[int], radius: int
) -> None:
    data, _, exact = differing()[which]
    value = exact
    for one in bits:
        value ^= 1 << one
    answers = [said(verdict(data, f"{value:064x}", exact=how, radius=radius)) for how in (False, True)]
    assert answers[0] == answers[1]


def test_what_is_far_from_everything_known_is_read_once(reads: list[bool]) -> None:
    data, fast, _ = differing()[0]
    verdict(data, away(fast, 44), exact=False)
    assert reads == [False]
    verdict(data, away(fast, 43), exact=False)
    assert reads == [False, False, True]


def faded(strength: float) -> Image.Image:
    return Image.blend(Image.new("RGB", (640, 480), (120, 120, 120)), landscape(4, (640, 480)), strength)


def test_near_the_least_quality_the_verdict_is_the_exact_one(reads: list[bool]) -> None:
    qualities = set()
    for step in range(140, 180, 2):
        data = jpeg(faded(step / 1000), quality=95)
        seen = read_picture(data, Limits(), exact=True).hashes[0]
        answers = [said(verdict(data, seen.value, exact=how)) for how in (False, True)]
        assert answers[0] == answers[1]
        qualities.add(seen.quality)
    assert min(qualities) < 48
    assert max(qualities) > 52


@pytest.mark.parametrize(("quality", "again"), [(45, False), (46, True), (53, True), (54, False)])
def test_a_quality_from_46_to_53_is_computed_again(quality: int, again: bool) -> None:
    assert in_doubt(Snapshot.of([]).index, [Pdq("0" * 64, quality)], NOW) is again


def test_a_frame_of_an_animation_in_the_band_is_settled_too() -> None:
    frames = [landscape(seed, (160, 120)) for seed in range(6)]
    data = animation(frames, "PNG")
    exact = int(read_picture(data, Limits(), exact=True).hashes[4].value, 16)
    for distance in (30, 31, 32, 40):
        answers = [said(verdict(data, away(exact, distance), exact=how)) for how in (False, True)]
        assert answers[0] == answers[1]


def test_a_new_index_is_asked_when_the_lists_change() -> None:
    data, fast, _ = differing()[0]
    seen = read_picture(data, Limits()).hashes
    for value, expected in ((away(fast, 90), False), (away(fast, 40), True), (away(fast, 90), False)):
        lists = Snapshot.of([(HashList("known", "o", "b"), [Signal(SignalType.PDQ, value)])])
        assert in_doubt(lists.index, seen, NOW) is expected


@pytest.mark.parametrize("turn", list(Image.Transpose))
def test_a_turned_or_mirrored_copy_is_found_on_request_only(turn: Image.Transpose) -> None:
    image = landscape(3, (640, 480))
    known = read_picture(encoded(image, "PNG"), Limits(), exact=True).hashes[0].value
    copy = jpeg(image.transpose(turn))
    assert verdict(copy, known, exact=False, dihedral=True).verdict == "block"
    assert verdict(copy, known, exact=False).verdict == "allow"
