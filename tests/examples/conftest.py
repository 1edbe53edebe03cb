# SPDX-License-Identifier: Apache-2.0
"""A small Krama and the demo app, running beside each other for one test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples.fake_krama import FakeKrama
from tests.examples.process import App


@pytest.fixture
def krama() -> Iterator[FakeKrama]:
    with FakeKrama() as fake:
        yield fake


@pytest.fixture
def app(tmp_path: Path, krama: FakeKrama) -> Iterator[App]:
    app = App(tmp_path / "app", krama)
    yield app
    app.kill()
