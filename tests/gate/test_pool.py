# SPDX-License-Identifier: Apache-2.0
"""Decoding apart: the same answer as here, and a decoder that breaks costs exactly one file."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from krama.gate.child import Bounds, Failed, seen_in
from krama.gate.pool import Pool
from krama.scanning.apart import FAILED, read_here
from krama.scanning.opening import Limits
from krama.testing.pictures import encoded, landscape
from tests.gate.bad_decoders import MARK

SMALL = Limits(pixels=2_000_000)
GOOD = encoded(landscape(7, size=(320, 240)), "PNG")


@contextmanager
def pool(decoder: str = "", *, size: int = 1, seconds: int = 20) -> Iterator[Pool]:
    named = f"tests.gate.bad_decoders:{decoder}" if decoder else ""
    made = Pool(size, Bounds(SMALL, seconds, decoder=named))
    try:
        yield made
    finally:
        made.close()


def test_every_format_is_answered_as_in_this_process() -> None:
    files = [encoded(landscape(7, size=(320, 240)), form) for form in ("JPEG", "PNG", "GIF", "WEBP", "AVIF")]
    files += [b"", b"no picture", files[0][:-300], files[1][:200]]
    with pool() as made:
        assert [made.read(one) for one in files] == [read_here(one, SMALL) for one in files]
        assert made.replaced == 0


@pytest.mark.parametrize("decoder", ["segfaults", "loops", "sleeps", "eats", "ends_at_its_limit", "lies"])
def test_a_decoder_that_breaks_costs_one_file(decoder: str) -> None:
    with pool(decoder, seconds=2 if decoder in ("loops", "sleeps", "eats") else 20) as made:
        before = made.read(GOOD)
        broken = made.read(MARK + b"whatever")
        after = [made.read(GOOD), made.read(GOOD)]
        assert (broken.reason, broken.detail, broken.hashes) == ("undecodable", FAILED, [])
        assert made.replaced == 1
        assert after == [before, before]
        assert before.hashes


def test_the_process_reaches_no_file_no_network_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRAMA_GATE_SECRET", "canary")
    with pool("escapes") as made:
        assert made.read(b"x").detail == "nothing"
        held = made.holds()
        assert held["files and sockets"]
        assert held["memory"]
        assert held["writing"]


@pytest.mark.loopback
def test_without_its_limits_it_would_reach_them() -> None:
    from tests.gate.bad_decoders import escapes

    could = str(escapes(b"x", SMALL).detail)
    assert "read" in could
    assert "write" in could


def test_a_polite_end_of_the_group_does_not_cost_what_is_in_hand() -> None:
    with pool() as made:
        before = made.read(GOOD)
        for pid in made.pids():
            os.kill(pid, signal.SIGTERM)
        assert made.read(GOOD) == before
        assert made.replaced == 0


def test_a_file_of_many_megabytes_goes_through_the_pipe() -> None:
    large = encoded(landscape(7, size=(900, 700)), "PNG") + bytes(7_000_000)
    with pool() as made:
        assert made.read(large) == read_here(large, SMALL)


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {"hashes": [["0" * 64, 300]], "media_type": None, "size": None, "reason": None, "detail": None, "exact": True},
        {
            "hashes": [["0" * 63 + "G", 3]],
            "media_type": None,
            "size": None,
            "reason": None,
            "detail": None,
            "exact": True,
        },
        {"hashes": [], "media_type": "text/html", "size": None, "reason": None, "detail": None, "exact": True},
        {"hashes": [], "media_type": None, "size": None, "reason": "fine", "detail": None, "exact": True},
        {"hashes": [], "media_type": None, "size": [1], "reason": None, "detail": None, "exact": True},
        {"hashes": [], "media_type": None, "size": None, "reason": None, "detail": "x" * 501, "exact": True},
    ],
)
def test_what_no_decoder_says_is_not_believed(said: object) -> None:
    with pytest.raises(Failed):
        seen_in(said)
