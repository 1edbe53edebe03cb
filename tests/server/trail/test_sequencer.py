# SPDX-License-Identifier: Apache-2.0
"""Every entry gets one place, in the order of sequencing; what commits late is never missed."""

from __future__ import annotations

import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from krama.ledger import root_of
from krama.server.trail.actions import record
from krama.server.trail.actor import TERMINAL
from krama.server.trail.events import Event
from krama.server.trail.models import Entry, TreeHead
from krama.server.trail.sequencer import sequence
from tests.server.houses import House, url_of
from tests.server.nursery import Nursery

INSERT = (
    "INSERT INTO trail_entry (id, at, event, actor_kind, actor_id, subject_kind, subject_id, details, leaf_hash,"
    " seal) VALUES (%s, %s, 'trail:checked', 'krama', 'terminal', 'trail', 'x', '{}', '', %s)"
)
# What Krama seals such an entry with: one without a seal is given no place at all.
SEAL = (
    "import sys, uuid, krama.cli.house as house; house.start_django()\n"
    "from datetime import datetime; from krama.server.trail.models import Entry\n"
    "from krama.server.trail.seal import seal_of\n"
    "print(seal_of(Entry(id=uuid.UUID(sys.argv[1]), at=datetime.fromisoformat(sys.argv[2]), event='trail:checked',\n"
    "    actor_kind='krama', actor_id='terminal', subject_kind='trail', subject_id='x', details={})))"
)
LAST_SEEN = "SELECT count(*) FROM trail_entry WHERE at > %s AND position IS NULL"  # the planted sequencer's question


def note(number: int = 0) -> Entry:
    return record(TERMINAL, Event.TRAIL_CHECKED, subject_kind="trail", subject_id=number)


@pytest.mark.django_db
def test_entries_get_places_from_zero_and_the_head_covers_them_all() -> None:
    for number in range(5):
        note(number)
    assert sequence() == 5
    rows = list(Entry.objects.order_by("position"))
    assert [row.position for row in rows] == [0, 1, 2, 3, 4]
    head = TreeHead.objects.get()
    assert (head.size, head.root) == (5, root_of(bytes.fromhex(row.leaf_hash) for row in rows).hex())


@pytest.mark.django_db
def test_nothing_waiting_writes_no_head() -> None:
    assert sequence() == 0
    assert not TreeHead.objects.exists()


@pytest.mark.django_db
def test_a_later_round_grows_the_same_tree() -> None:
    for number in range(3):
        note(number)
        sequence()
    leaves = [bytes.fromhex(row.leaf_hash) for row in Entry.objects.order_by("position")]
    roots = [head.root for head in TreeHead.objects.order_by("size")]
    assert roots == [root_of(leaves[:size]).hex() for size in (1, 2, 3)]


@pytest.mark.database
def test_an_earlier_entry_held_uncommitted_past_a_round_gets_its_place_later(nursery: Nursery) -> None:
    """One writer holds its entry open while a later one is sequenced."""
    house = nursery.house
    if not house.database:
        pytest.skip("SQLite lets one writer in at a time, so that no entry can be held open past another")
    nursery.run(("round_once", {}))
    before = house.one("SELECT count(*) FROM trail_entry")
    early, late = datetime.now(UTC) - timedelta(seconds=5), datetime.now(UTC)
    with psycopg.connect(url_of(house.database)) as slow:
        slow.execute(INSERT.encode(), (uuid.UUID(int=1), early, seal(house, 1, early)))
        house.sql(INSERT, uuid.UUID(int=2), late, seal(house, 2, late))
        nursery.run(("round_once", {}))
        assert place(house, 2) == before
        slow.commit()
    # The planted sequencer, which goes on from the last it saw, does not see the one that came late.
    assert house.one(LAST_SEEN, late) == 0
    nursery.run(("round_once", {}))
    assert place(house, 1) > place(house, 2)  # the round may have written of its own before it
    assert house.one("SELECT count(*) FROM trail_entry WHERE position IS NULL") == 0
    assert "intact" in house.krama("trail", "verify").stdout


def seal(house: House, number: int, at: datetime) -> str:
    command = [sys.executable, "-c", SEAL, str(uuid.UUID(int=number)), at.isoformat()]
    return subprocess.run(command, env=house.environment, capture_output=True, text=True, check=True).stdout.strip()


def place(house: House, number: int) -> int:
    return int(house.one("SELECT position FROM trail_entry WHERE id = %s", uuid.UUID(int=number)))


@pytest.mark.database
def test_two_sequencers_give_no_place_twice_and_a_check_meanwhile_finds_nothing_wrong(nursery: Nursery) -> None:
    """Checks run again and again while scans are written and two sequencers race."""
    for act in ("scan_always", "scan_always", "sequence_always", "sequence_always"):
        nursery.start((act, {}))
    assert nursery.run(("verify_for", {"seconds": 3})) == [["intact"]]
