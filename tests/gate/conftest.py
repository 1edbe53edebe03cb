# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from krama.gate.app import Gate
from krama.scanning import pdq_of
from krama.signals import Action, HashList, Signal, SignalType, listed_value
from krama.testing.pictures import encoded
from tests.gate.ground import PICTURE, place, publish, tell

KNOWN = encoded(PICTURE, "JPEG", quality=90)
LISTED = [
    (
        HashList("Known pictures", "Tests", "Made up", action=Action.BLOCK),
        [
            Signal(SignalType.PDQ, pdq_of(PICTURE).value, labels=("demo",), source_ref="s-1"),
            Signal(SignalType.MD5, hashlib.md5(b"a video", usedforsecurity=False).hexdigest()),
        ],
    ),
    (
        HashList("addresses", "Tests", "Made up", action=Action.OBSERVE),
        [Signal(SignalType.URL, listed_value(SignalType.URL, "http://bad.example/folder/"))],
    ),
]


@pytest.fixture(scope="module")
def known() -> bytes:
    """A picture that a list knows."""
    return KNOWN


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    folder: Path = tmp_path_factory.mktemp("gate")
    publish(folder / "lists", LISTED)
    tell(folder / "lists")
    made = Gate(place(folder))
    yield made
    made.close()
