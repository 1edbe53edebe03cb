# SPDX-License-Identifier: Apache-2.0
"""A few kills during rotation and destruction; `make torture-keys` does three hundred."""

from __future__ import annotations

import pytest

from tests.server.houses import House
from tests.torture.keys import ask, run

pytestmark = pytest.mark.loopback


def test_kills_during_rotation_and_destruction_leave_nothing_wrong(real_house: House) -> None:
    found = run(real_house, 4)
    assert found.pop("kills") >= 4
    assert not any(found.values()), found


def test_a_planted_loss_is_counted(real_house: House) -> None:
    from tests.torture.keys import LOOK, MAKE

    ask(real_house, MAKE, 3, 0)
    real_house.sql("UPDATE detections_detection SET compartment_id = NULL")
    assert '"orphans": 6' in ask(real_house, LOOK)
