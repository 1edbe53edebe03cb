# SPDX-License-Identifier: Apache-2.0
"""`krama trail verify`: its exit status says whether the trail is as it was written (see server/trail too)."""

from __future__ import annotations

import pytest

from tests.server.houses import House
from tests.server.nursery import Nursery

pytestmark = pytest.mark.loopback


def test_an_intact_trail_is_status_0_and_a_touched_one_status_1(demo_house: House) -> None:
    with Nursery(demo_house) as nursery:
        nursery.run(("round_once", {}))
    assert demo_house.krama("trail", "verify").stdout.startswith("The trail is intact: ")
    demo_house.sql("UPDATE trail_entry SET event = 'staff:added' WHERE position = 0")
    assert demo_house.krama("trail", "verify", status=1).stdout.startswith("Entry 0 was changed")


def test_without_a_home_it_says_how_to_make_one(empty_house: House) -> None:
    done = empty_house.krama("trail", "verify", status=2)
    assert "Make one with `krama init`" in done.stderr
    assert not (empty_house.folder / "home").exists()
