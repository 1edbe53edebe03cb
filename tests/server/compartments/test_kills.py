# SPDX-License-Identifier: Apache-2.0
"""A few kills during rotation and destruction; `make torture-keys` does three hundred."""

from __future__ import annotations

import pytest

from tests.server.houses import House
from tests.torture.keys import ask, run

pytestmark = [pytest.mark.loopback, pytest.mark.database]


@pytest.mark.every
def test_kills_during_rotation_and_destruction_leave_nothing_wrong(real_house: House) -> None:
    found = run(real_house, 8)
    assert found.pop("kills") == 8
    assert not any(found.values()), found


@pytest.mark.every
def test_planted_losses_are_counted(real_house: House) -> None:
    ask(real_house, "make", 3, 0)
    real_house.sql("UPDATE compartments_compartment SET wrapped_key = %s", b"other")
    assert '"unreadable": 3' in ask(real_house, "look")
    real_house.sql("UPDATE detections_detection SET compartment_id = NULL")
    assert '"orphans": 6' in ask(real_house, "look")
