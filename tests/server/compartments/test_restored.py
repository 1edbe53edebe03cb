# SPDX-License-Identifier: Apache-2.0
"""Destruction and backups, with restored folders and real commands: before the day its record names, and after it.

A backup is a copy of the data, as a firm makes it (the folder, or `pg_dump`). The keys are never in it: a copy is
always read with the keys of today.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.conftest import SERVER_URL, database_name
from tests.server.houses import House, url_of

pytestmark = [pytest.mark.loopback, pytest.mark.database]

# Two detections, each in its own compartment: one whose time has come, and one that stays.
MAKE = """
import uuid, krama.cli.house as house
house.start_django()
from datetime import timedelta
from django.utils import timezone
from krama.server.compartments.actions import make, reseal
from krama.server.compartments.models import Compartment
from krama.server.detections.models import Detection
from krama.server.detections.queries import place_of
for name, age in (("goes", 4000), ("stays", 1)):
    pk, one, now = uuid.uuid4(), make("detection"), timezone.now()
    sealed = reseal(one, b'{"account_id": "%s"}' % name.encode(), *place_of(pk))
    Detection.objects.create(id=pk, at=now, verdict="block", reason="match", took_ms=1, snapshot=name,
                             sealed_ids=sealed, compartment=one, collected_at=now)
    Compartment.objects.filter(pk=one.pk).update(clock_from=now - timedelta(days=age))
"""
# What this data says with these keys: for each detection its id, or nothing.
READ = """
import json, krama.cli.house as house
house.start_django()
from krama.errors import BadSeal
from krama.server.compartments.actions.make import key_of
from krama.server.detections.models import Detection
from krama.server.detections.queries import place_of
from krama.sealing import unseal
found = {}
for one in Detection.objects.select_related("compartment"):
    try:
        key = key_of(one.compartment)
        found[one.snapshot] = json.loads(unseal(key, bytes(one.sealed_ids), *place_of(one.pk)))["account_id"]
    except BadSeal:
        found[one.snapshot] = None
print(json.dumps(found))
"""


@dataclass
class Copies:
    """Backups of one home's data, and the same home's keys as they are now."""

    house: House
    stack: ExitStack
    number: int = 0

    def backup(self) -> Path:
        self.number += 1
        at = self.house.folder / f"backup-{self.number}"
        at.mkdir()
        for path in (self.house.folder / "home").iterdir():
            if path.is_dir():
                shutil.copytree(path, at / path.name)
            elif not path.name.startswith("krama.sqlite3"):
                shutil.copy(path, at / path.name)
        if self.house.database:
            dump = ["pg_dump", "--no-owner", "--file", str(at / "dump.sql"), url_of(self.house.database)]
            subprocess.run(dump, check=True, capture_output=True, timeout=300)
        else:
            source = sqlite3.connect(self.house.folder / "home" / "krama.sqlite3")
            with closing(source), closing(sqlite3.connect(at / "krama.sqlite3")) as target:
                source.backup(target)
        return at

    def restored(self, backup: Path) -> House:
        """A home of its own from this copy, with the keys of today."""
        self.number += 1
        folder = self.house.folder / f"restored-{self.number}"
        shutil.copytree(backup, folder / "home")
        shutil.copytree(self.house.folder / "keys", folder / "keys")
        if not self.house.database:
            return House(folder)
        name = self.stack.enter_context(_database())
        load = ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(backup / "dump.sql"), url_of(name)]
        subprocess.run(load, check=True, capture_output=True, timeout=300)
        return House(folder, name)


@contextmanager
def _database() -> Iterator[str]:
    import os

    name = database_name()
    with psycopg.connect(os.environ[SERVER_URL], autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield name
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def copies(real_house: House) -> Iterator[Copies]:
    run(real_house, MAKE)
    with ExitStack() as stack:
        yield Copies(real_house, stack)


def run(house: House, program: str) -> str:
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=house.environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def read(house: House) -> dict[str, str | None]:
    return dict(json.loads(run(house, READ)))


def let_the_day_come(house: House, days: int) -> None:
    """Time passes for the old keys alone: the rows that say when they were retired are set back."""
    then = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    house.sql("UPDATE compartments_keyversion SET retired_at = %s", then.replace("T", " "))


def test_before_the_day_a_copy_is_read_and_after_it_none_is(copies: Copies) -> None:
    house = copies.house
    older = copies.backup()  # from before the destruction
    assert "1 compartments destroyed" in house.krama("retention", "run").stdout
    newer = copies.backup()  # from after it, before the day
    day = house.one("SELECT unreadable_from FROM compartments_destruction")
    assert str(day) == str((datetime.now(UTC) + timedelta(days=30)).date())

    # Before the day: what was not destroyed is read from either copy; the older one still holds the other, too.
    assert read(house) == read(copies.restored(newer)) == {"goes": None, "stays": "stays"}
    early = copies.restored(older)
    assert read(early) == {"goes": "goes", "stays": "stays"}
    # And whoever restores it does not bring it back for good: it is due, and goes again.
    assert "1 compartments destroyed" in early.krama("retention", "run").stdout
    assert read(early)["goes"] is None
    assert read(early)["stays"] == "stays"

    let_the_day_come(house, 29)
    assert "0 old keys gone" in house.krama("retention", "run").stdout, "not before its day"
    assert read(copies.restored(older))["goes"] == "goes"

    let_the_day_come(house, 31)
    assert "2 old keys gone" in house.krama("retention", "run").stdout
    # After the day: no copy says anything of what was destroyed; the rest is read here and from the newer copy.
    assert read(house) == read(copies.restored(newer)) == {"goes": None, "stays": "stays"}
    late = read(copies.restored(older))
    # The older copy has outlived its own day (KRAMA_BACKUP_DAYS): it opens for nobody, which is the point.
    assert late == {"goes": None, "stays": None}
    assert [path.name for path in sorted((house.keys / "kek").iterdir())] == ["0002.key"]


@pytest.mark.every
def test_a_firm_without_backups_names_today_and_means_it(copies: Copies) -> None:
    house = copies.house
    older = copies.backup()
    house.krama("retention", "run", KRAMA_BACKUP_DAYS="0")
    assert str(house.one("SELECT unreadable_from FROM compartments_destruction")) == str(datetime.now(UTC).date())
    assert read(copies.restored(older))["goes"] is None
    assert read(house) == {"goes": None, "stays": "stays"}


@pytest.mark.every
def test_a_key_that_was_kept_is_noticed(copies: Copies) -> None:
    """Planted: the old key is put back after its day, and this search reads what was destroyed."""
    house = copies.house
    older, kept = copies.backup(), (house.keys / "kek" / "0001.key").read_bytes()
    house.krama("retention", "run", KRAMA_BACKUP_DAYS="0")
    (house.keys / "kek" / "0001.key").write_bytes(kept)
    assert read(copies.restored(older))["goes"] == "goes"
