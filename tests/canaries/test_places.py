# SPDX-License-Identifier: Apache-2.0
"""First the search finds a leak that was planted in each place, in each way of writing, in Latin and in Khmer."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.canaries.cluster import Cluster
from tests.canaries.found import here
from tests.canaries.indexes import full_text, over_sealed
from tests.canaries.places import PLACES, Ground, Place
from tests.canaries.plant import ENCODINGS, OUTSIDE_MARK, PLANTS, delete, deleted
from tests.canaries.search import Seeker
from tests.canaries.values import SCRIPTS, Canaries
from tests.server.houses import House, copied

pytestmark = [pytest.mark.database, pytest.mark.every_postgres, pytest.mark.loopback]
Looked = dict[tuple[str, str], set[str]]


@pytest.fixture(scope="session")
def looked(
    canary_house: House, cluster: Cluster | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Place], Looked]]:
    """What was found of what was planted in a place; each place is planted and searched once."""
    known: dict[str, Looked] = {}

    def look(place: Place) -> Looked:
        if place.name not in known:
            folder = Path(tmp_path_factory.mktemp("planted"))
            with copied(canary_house, folder) as house:
                known[place.name] = _planted(place, house, cluster)
            shutil.rmtree(folder, ignore_errors=True)
        return known[place.name]

    yield look
    for path in Path("/tmp").glob(f"{OUTSIDE_MARK}*"):
        path.unlink()


def _planted(place: Place, house: House, cluster: Cluster | None) -> Looked:
    """Each leak by its number, and in which blobs it was found."""
    canaries, ground = Canaries(), Ground(house, house.folder / "temporary", time.time(), cluster=cluster)
    ground.temporary.mkdir()
    for plant in PLANTS[place.name]:
        for how, encode in ENCODINGS.items():
            for script in SCRIPTS:
                text = canaries.new(f"{plant.__name__} {how}", script)
                ground = plant(ground, encode(text))
    if deleted in PLANTS[place.name]:
        delete(ground)
    seeker, found = Seeker(canaries.marks), {(one.door, one.script): set[str]() for one in canaries.given}
    for where, data in place.gather(ground):
        for hit in seeker.find(data, place.depth):
            if canary := canaries.known(hit.text):
                found[canary.door, canary.script].add(where)
    return found


@pytest.mark.parametrize("how", ENCODINGS)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_leak_planted_there_is_found(
    place: Place, how: str, looked: Callable[[Place], Looked], canary_house: House, cluster: Cluster | None
) -> None:
    if place not in here(canary_house.database, cluster):
        if not place.on or place.on == ("postgresql" if canary_house.database else "sqlite"):
            pytest.skip("no PostgreSQL cluster of its own can be started here: initdb is missing")
        pytest.skip(f"this place is on {place.on} only")
    found = {planted: where for planted, where in looked(place).items() if planted[0].partition(" ")[2] == how}
    assert len(found) == len(SCRIPTS) * len(PLANTS[place.name])
    assert [planted for planted, where in found.items() if not where] == []


def test_every_place_has_a_leak_to_find() -> None:
    assert {place.name for place in PLACES} == set(PLANTS)


def test_no_full_text_index_stands_over_a_sealed_field(canary_house: House) -> None:
    assert over_sealed(canary_house) == []


def test_a_full_text_index_over_a_sealed_field_is_seen_red(canary_house: House, tmp_path: Path) -> None:
    with copied(canary_house, tmp_path) as house:
        if house.database:
            house.sql("CREATE INDEX words ON cases_decision USING gin (to_tsvector('simple', decided_by))")
            house.sql("CREATE INDEX names ON accounts_user USING gin (to_tsvector('simple', name))")
        else:
            house.sql("CREATE VIRTUAL TABLE words USING fts5(decided_by, content='cases_decision', tokenize='trigram')")
            house.sql("CREATE VIRTUAL TABLE names USING fts5(name, content='accounts_user')")
            house.sql("CREATE VIRTUAL TABLE aside USING fts5(said)")
            house.sql(
                "CREATE TRIGGER fill AFTER INSERT ON cases_decision"
                " BEGIN INSERT INTO aside (said) VALUES (new.decided_by); END"
            )
        assert over_sealed(house) == (["words"] if house.database else ["aside", "words"])
        assert {"words", "names"} <= set(full_text(house))
