# SPDX-License-Identifier: Apache-2.0
"""A sample of `make torture-intake`: kill -9 while children report; its comparison turns red when it should."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.torture.cluster import binaries
from tests.torture.intake import Ground, Size, ground_on, look, run

pytestmark = [pytest.mark.loopback, pytest.mark.database]
SAMPLE = Size(reports=120, kills=6, clients=10)
PLANTED = Size(reports=24, kills=0, clients=6)


@pytest.fixture(scope="module")
def ground(pytestconfig: pytest.Config) -> Iterator[Ground]:
    postgres = bool(pytestconfig.getoption("--postgres"))
    if postgres and not binaries():
        pytest.skip("PostgreSQL's initdb is not installed: no cluster of its own to kill")
    with ground_on(postgres) as made:
        yield made


def test_kills_lose_nothing_and_double_nothing_and_what_is_planted_is_found(ground: Ground) -> None:
    found = run(ground, SAMPLE)
    assert (found["counts"]["taken"], sum(found["kills"].values())) == (120, 6)
    assert not any(found["faults"].values()), found
    for table in ("cases_likeness", "cases_near"):  # what hangs on an item, which one of the plants deletes
        ground.house.sql(f"DELETE FROM {table}")
    for fault, statement in PLANT.items():
        ground.house.sql(statement[0], *statement[1:])
        seen = look(ground, ground.house.folder / "children.jsonl")["faults"]
        assert seen[fault], (fault, seen)


def _first(table: str, where: str = "") -> str:
    return f"(SELECT min(CAST(id AS text)) FROM {table} {where})"


_COPY = "id, at, door, language, topic, is_emergency, state, no_code, collected_at, compartment_id, content_key,"
_COPY += " account_key, words_key"
_PART = "report_id, at, question, sealed, door_version"
# Each as a crash might leave it, by raw SQL; the last one is a loss, after which little else can be compared.
PLANT: dict[str, tuple[str, ...]] = {
    "nobody's": (
        f"INSERT INTO intake_report ({_COPY}) SELECT %s, {_COPY.removeprefix('id, ')} FROM intake_report LIMIT 1",
        uuid.uuid4().hex,
    ),
    "trail of additions": (
        f"INSERT INTO intake_part (id, mark, {_PART}) SELECT %s, 'planted', {_PART} FROM intake_part LIMIT 1",
        uuid.uuid4().hex,
    ),
    "receipts": ("UPDATE intake_report SET find = 'x' || CAST(id AS text) WHERE find IS NOT NULL",),
    "changed": ("UPDATE intake_report SET topic = 'test'",),
    "in no case": ("DELETE FROM cases_item",),
    "additions lost": ("DELETE FROM intake_part",),
    "lost": ("DELETE FROM intake_report",),
}
