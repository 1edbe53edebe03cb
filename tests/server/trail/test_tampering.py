# SPDX-License-Identifier: Apache-2.0
"""Whoever changes the trail behind Krama's back is found out, and the real command names the first entry touched."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.server.houses import House, copied
from tests.server.nursery import Nursery

pytestmark = pytest.mark.loopback
COLUMNS = "id, at, event, actor_kind, actor_id, subject_kind, subject_id, details, position, leaf_hash"
Tamper = Callable[[House], Any]


@pytest.fixture(scope="module")
def walked(demo_pattern: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A home with a trail of a few rounds, nobody at work in it any more."""
    with copied(demo_pattern, tmp_path_factory.mktemp("walked")) as house, Nursery(house) as nursery:
        for _ in range(3):
            nursery.run(("scan_some", {"count": 4}))
            nursery.run(("round_once", {}))
            nursery.run(("round_once", {}))
        time.sleep(1.1)  # the folder outside is written once a second: this round brings it up to the last head
        nursery.run(("round_once", {}))
        yield house


@pytest.fixture
def written(walked: House, tmp_path: Path) -> Iterator[House]:
    """A copy of that home, to tamper with."""
    with copied(walked, tmp_path) as house:
        yield house


def size(house: House) -> int:
    return int(house.one("SELECT count(*) FROM trail_entry"))


def edit(house: House) -> None:
    house.sql("UPDATE trail_entry SET actor_id = 'somebody-else' WHERE position = 5")


def edit_details(house: House) -> None:
    house.sql("""UPDATE trail_entry SET details = '{"role": "reviewer"}' WHERE position = 2""")


def edit_time(house: House) -> None:
    house.sql("UPDATE trail_entry SET at = datetime(at, '-1 hour') WHERE position = 7")


def edit_time_to_no_time(house: House) -> None:
    house.sql("UPDATE trail_entry SET at = 'rubbish' WHERE position = 6")


def edit_id_to_no_id(house: House) -> None:
    house.sql("UPDATE trail_entry SET id = 'no id' WHERE position = 3")


def edit_hash(house: House) -> None:
    house.sql("UPDATE trail_entry SET leaf_hash = replace(leaf_hash, substr(leaf_hash, 1, 1), 'x') WHERE position = 4")


def remove(house: House) -> None:
    house.sql("DELETE FROM trail_entry WHERE position = 6")


def remove_first(house: House) -> None:
    house.sql("DELETE FROM trail_entry WHERE position = 0")


def truncate(house: House) -> None:
    house.sql("DELETE FROM trail_entry WHERE position >= %s", size(house) - 3)


def insert(house: House) -> None:
    copy = COLUMNS.replace("id, at", "lower(hex(randomblob(16))), at", 1).replace("position", str(size(house)))
    house.sql(f"INSERT INTO trail_entry ({COLUMNS}) SELECT {copy} FROM trail_entry WHERE position = 3")


def hash_anew(house: House, position: int) -> None:
    """What a careful forger does: the leaf hash fits the forged entry."""
    from krama.server.trail.leaf import leaf_of
    from krama.server.trail.models import Entry

    values = house.sql(f"SELECT {COLUMNS} FROM trail_entry WHERE position = %s", position)[0]
    facts = dict(zip(COLUMNS.split(", "), values, strict=True))
    facts["details"], facts["at"] = json.loads(facts["details"]), datetime.fromisoformat(facts["at"] + "+00:00")
    facts["id"] = uuid.UUID(facts["id"])
    house.sql("UPDATE trail_entry SET leaf_hash = %s WHERE position = %s", leaf_of(Entry(**facts)).hex(), position)


def edit_and_hash_anew(house: House) -> None:
    edit(house)
    hash_anew(house, 5)


CHANGED = "Entry {} was changed: its content does not fit the tree.\n"
REMOVED = "Entry {} was removed.\n"


@pytest.mark.parametrize(
    ("tamper", "says"),
    [
        (edit, CHANGED.format(5)),
        (edit_details, CHANGED.format(2)),
        (edit_time, CHANGED.format(7)),
        (edit_hash, CHANGED.format(4)),
        (edit_time_to_no_time, CHANGED.format(6)),
        (edit_id_to_no_id, CHANGED.format(3)),
        (remove, REMOVED.format(6)),
        (remove_first, REMOVED.format(0)),
    ],
)
def test_the_entry_is_named(written: House, tamper: Tamper, says: str) -> None:
    tamper(written)
    assert written.krama("trail", "verify", status=1).stdout == says


def test_what_was_cut_off_at_the_end_is_named(written: House) -> None:
    first_gone = size(written) - 3
    truncate(written)
    assert written.krama("trail", "verify", status=1).stdout == REMOVED.format(first_gone)


def test_what_was_put_in_is_named(written: House) -> None:
    place = size(written)
    insert(written)
    says = f"Entry {place} was inserted: the tree heads do not know it.\n"
    assert written.krama("trail", "verify", status=1).stdout == says


def test_a_forged_entry_whose_hash_was_made_to_fit_is_named_by_its_seal(written: House) -> None:
    edit_and_hash_anew(written)
    assert written.krama("trail", "verify", status=1).stdout == CHANGED.format(5)


def test_two_entries_that_changed_places_are_found_by_the_tree_head(written: House) -> None:
    """Both are sealed and fit their hashes; only the head knows in which order they came."""
    heads = sorted(head for (head,) in written.sql("SELECT size FROM trail_treehead"))
    since = max((head for head in heads if head <= 5), default=0)
    until = min(head for head in heads if head > 6) - 1
    for old, new in ((5, 1_000_000), (6, 5), (1_000_000, 6)):
        written.sql("UPDATE trail_entry SET position = %s WHERE position = %s", new, old)
    says = written.krama("trail", "verify", status=1).stdout
    assert says.startswith(f"Between entries {since} and {until} something was changed, removed or inserted")


def test_what_was_cut_off_with_its_tree_heads_is_named_by_the_witness(written: House) -> None:
    """All that lies in the database fits; the folder outside knows more."""
    heads = sorted(head for (head,) in written.sql("SELECT size FROM trail_treehead"))
    written.sql("DELETE FROM trail_entry WHERE position >= %s", heads[-2])
    written.sql("DELETE FROM trail_treehead WHERE size = %s", heads[-1])
    assert written.krama("trail", "verify", status=1).stdout == REMOVED.format(heads[-2])


def test_a_forged_tree_head_is_found(written: House) -> None:
    written.sql("UPDATE trail_treehead SET root = %s WHERE size = (SELECT max(size) FROM trail_treehead)", "0" * 64)
    assert "the tree head does not" in written.krama("trail", "verify", status=1).stdout


def test_an_untouched_trail_gives_no_alarm(written: House) -> None:
    says = f"The trail is intact: {size(written)} entries, every hash and every tree head fit.\n"
    assert written.krama("trail", "verify").stdout == says


def test_a_hash_made_anew_for_an_untouched_entry_is_the_same(written: House) -> None:
    """The forger of these tests hashes as Krama does; otherwise the test above would prove nothing."""
    before = written.one("SELECT leaf_hash FROM trail_entry WHERE position = 5")
    hash_anew(written, 5)
    assert written.one("SELECT leaf_hash FROM trail_entry WHERE position = 5") == before
