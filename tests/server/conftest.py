# SPDX-License-Identifier: Apache-2.0
"""What the tests of the server stand on: real homes and their processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.server.houses import House, demo_house, demo_pattern, empty_house, real_house, real_pattern
from tests.server.nursery import Nursery

__all__ = ["demo_house", "demo_pattern", "empty_house", "real_house", "real_pattern"]


@pytest.fixture
def nursery(demo_house: House) -> Iterator[Nursery]:
    """Processes on this test's own demo home, ready within milliseconds."""
    with Nursery(demo_house) as made:
        yield made
