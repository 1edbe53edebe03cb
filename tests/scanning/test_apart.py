# SPDX-License-Identifier: Apache-2.0
"""AVIF and HEIC are opened apart: the same answer as here, and a decoder that wants too much costs one answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from krama.scanning import apart
from krama.scanning.apart import read_apart, read_here, read_picture
from krama.scanning.opening import Limits
from krama.testing.pictures import encoded, jpeg, landscape

HEIC = (Path(__file__).with_name("heic") / "whole.heic").read_bytes()
SEVERAL = (Path(__file__).with_name("heic") / "several.heic").read_bytes()
AVIF = encoded(landscape(7, size=(320, 240)), "AVIF", quality=80)


@pytest.mark.parametrize("data", [AVIF, HEIC, SEVERAL])
@pytest.mark.parametrize("exact", [False, True])
def test_apart_says_what_here_says(data: bytes, exact: bool) -> None:
    seen = read_apart(data, Limits(), exact=exact, dihedral=exact)
    assert seen == read_here(data, Limits(), exact=exact, dihedral=exact)
    assert seen.reason is None
    assert len(seen.hashes) == (3 if data == SEVERAL else 1) * (8 if exact else 1)


def test_heic_and_avif_are_sent_apart_and_jpeg_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    assert [read_picture(data, Limits()).reason for data in (AVIF, HEIC)] == ["undecodable", "undecodable"]
    assert read_picture(HEIC, Limits()).media_type == "image/heic"
    assert read_picture(jpeg(landscape(1)), Limits()).reason is None


def test_a_cut_file_says_the_same_apart() -> None:
    assert read_apart(AVIF[:-400], Limits()) == read_here(AVIF[:-400], Limits())


@pytest.mark.every
def test_what_is_over_the_limit_is_for_a_person_to_look_at() -> None:
    large = encoded(landscape(7, size=(3000, 2000)), "AVIF", quality=60, speed=10)
    assert read_apart(large, Limits(pixels=1)).reason == "undecodable"


def test_a_process_that_dies_is_for_a_person_to_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    seen = read_apart(AVIF, Limits())
    assert seen.media_type == "image/avif"
    assert (seen.hashes, seen.reason, seen.detail) == ([], "undecodable", apart.FAILED)
