# SPDX-License-Identifier: Apache-2.0
"""`krama check`: each fault it knows is planted once and named."""

from __future__ import annotations

import shutil
import stat

import pytest

from tests.server.houses import House

pytestmark = pytest.mark.loopback


def test_a_fresh_home_needs_nothing(demo_house: House) -> None:
    said = demo_house.krama("check").stdout
    assert not [line for line in said.splitlines() if line.startswith("bad")]
    for words in (
        "The keys lie apart",
        "The tables are those",
        "is whole",
        "whole machine",
        "one database file",
        "demo home",
    ):
        assert words in said


def test_a_home_without_lists_is_told_so(real_house: House) -> None:
    assert "note  No list is published yet" in real_house.krama("check").stdout


def test_keys_that_others_can_read(demo_house: House) -> None:
    (demo_house.keys / "webhooks").chmod(0o644)
    said = demo_house.krama("check", status=1).stdout
    assert "bad   Others can read the key files webhooks: chmod -R go= " in said
    (demo_house.keys / "webhooks").chmod(stat.S_IRUSR | stat.S_IWUSR)
    demo_house.krama("check")


def test_keys_that_were_moved_into_the_data(demo_house: House) -> None:
    inside = demo_house.folder / "home" / "keys"
    shutil.move(demo_house.folder / "keys", inside)
    said = demo_house.krama("check", status=1, KRAMA_KEYS=str(inside)).stdout
    assert "bad   The keys lie inside the data." in said


@pytest.mark.parametrize("damage", ["gone", "short"])
def test_a_key_that_is_gone_or_damaged(demo_house: House, damage: str) -> None:
    key = demo_house.keys / "identifiers"
    key.unlink() if damage == "gone" else key.write_text("00")
    said = demo_house.krama("check", status=2).stderr
    assert f"{key} " in said
    assert "put it back from your backup of the keys" in said


def test_tables_of_an_older_version(demo_house: House) -> None:
    demo_house.sql("DELETE FROM django_migrations WHERE app = 'measures'")
    assert "changes of the tables are waiting: run `krama init`" in demo_house.krama("check", status=1).stdout


@pytest.mark.parametrize("what", ["changed", "gone"])
def test_a_snapshot_that_is_not_whole(demo_house: House, what: str) -> None:
    snapshots = demo_house.folder / "home" / "snapshots"
    version = (snapshots / "current").read_text().strip()
    file = max((snapshots / version).iterdir(), key=lambda path: path.name != "manifest.json")
    file.chmod(0o600)
    file.write_bytes(b"other") if what == "changed" else file.unlink()
    said = demo_house.krama("check", status=1).stdout
    assert "Run `krama lists publish`." in said


@pytest.mark.database
def test_a_database_that_may_lose_what_it_answered(demo_house: House) -> None:
    if not demo_house.database:
        said = demo_house.krama("check").stdout
        assert "ok    SQLite, synchronous is FULL." in said
        return
    demo_house.sql(f'ALTER DATABASE "{demo_house.database}" SET synchronous_commit = off')
    said = demo_house.krama("check", status=1).stdout
    assert "bad   PostgreSQL, synchronous_commit is off: set it on, for server, database and role." in said


def test_the_wrong_kind_of_database_is_refused(demo_house: House) -> None:
    done = demo_house.krama("check", status=2, KRAMA_DATABASE_URL="postgres://nobody@127.0.0.1:1/krama_test_none")
    assert "unset KRAMA_DATABASE_URL" in done.stderr


def test_who_may_open_identities_without_a_second_factor_is_counted(real_house: House) -> None:
    people = real_house.one("SELECT count(*) FROM accounts_user WHERE is_active AND role <> 'auditor'")
    said = real_house.krama("check").stdout
    assert f"note  {people} who may open identities must set up a second factor" in said
    rows = "SELECT id, 'totp', '{}', created_at FROM accounts_user"
    real_house.sql(f"INSERT INTO mfa_authenticator (user_id, type, data, created_at) {rows}")
    assert "ok    Everybody who may open identities has a second factor." in real_house.krama("check").stdout


def test_in_a_demo_home_a_click_stands_for_it(demo_house: House) -> None:
    assert "note  A click stands for the second factor" in demo_house.krama("check").stdout


def test_it_says_when_nobody_is_there_for_those_who_review(demo_house: House) -> None:
    demo_house.sql("DELETE FROM wellbeing_care")  # the invented firm has one
    assert "note  No counsellor is named for those who review." in demo_house.krama("check").stdout
    demo_house.sql(
        "INSERT INTO wellbeing_care (id, counsellor, contact, hours, other_work, verified_on, daily_minutes, "
        "offer_minutes, must_minutes, break_minutes) VALUES (1, 'Somebody', '000', '', '', %s, 240, 50, 75, 10)",
        "2025-01-05",
    )
    assert "note  Nobody called the counsellor" in demo_house.krama("check").stdout
