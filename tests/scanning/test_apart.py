# SPDX-License-Identifier: Apache-2.0
"""AVIF is opened apart: the same answer as here, and a decoder that wants too much costs one answer."""

from __future__ import annotations

import pytest

from krama.scanning import apart
from krama.scanning.apart import read_apart, read_here
from krama.scanning.opening import Limits
from krama.testing.pictures import encoded, landscape

AVIF = encoded(landscape(7, size=(320, 240)), "AVIF", quality=80)


def test_apart_says_what_here_says() -> None:
    assert read_apart(AVIF, Limits()) == read_here(AVIF, Limits())
    assert read_apart(AVIF, Limits()).hashes


def test_a_cut_file_says_the_same_apart() -> None:
    assert read_apart(AVIF[:-400], Limits()) == read_here(AVIF[:-400], Limits())


@pytest.mark.every
def test_what_is_over_the_limit_is_for_a_person_to_look_at() -> None:
    large = encoded(landscape(7, size=(3000, 2000)), "AVIF", quality=60, speed=10)
    assert read_apart(large, Limits(pixels=1)).reason == "undecodable"


def test_a_process_that_dies_is_for_a_person_to_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    seen = read_apart(AVIF, Limits())
    assert (seen.hashes, seen.reason, seen.detail) == ([], "undecodable", apart.FAILED)
