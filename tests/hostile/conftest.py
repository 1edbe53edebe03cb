# SPDX-License-Identifier: Apache-2.0
"""One served demo home for all hostile uploads of a file; after each it must be there still, and well."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile import files
from tests.hostile.house import Served, served
from tests.server.houses import House, demo_pattern

__all__ = ["demo_pattern"]


@pytest.fixture(scope="module")
def server(demo_pattern: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(demo_pattern, tmp_path_factory.mktemp("hostile")) as running:
        yield running


@pytest.fixture
def well(server: Served) -> Iterator[Served]:
    """The same processes before and after, and a good upload right after is answered."""
    before = server.pids()
    yield server
    good = server.scan(files.picture("JPEG"))
    assert (good.status, good.json["verdict"]) == (200, "allow")
    assert server.pids() == before
