# SPDX-License-Identifier: Apache-2.0
"""`krama init`: a home is made once, and made again it keeps everything."""

from __future__ import annotations

import re
import stat

import pytest

from tests.server.houses import House

pytestmark = pytest.mark.loopback
PASSWORD = re.compile(r"^Password, shown only now: ([a-z0-9]{5}(?:-[a-z0-9]{5}){3})$", re.MULTILINE)


def test_a_real_home_prints_the_first_administrators_password_once(empty_house: House) -> None:
    first = empty_house.krama("init", "--administrator", "rith").stdout
    assert "First administrator: rith" in first
    shown = PASSWORD.search(first)
    assert shown
    assert "is sealed" in first
    again = empty_house.krama("init").stdout
    assert "Password" not in again
    assert empty_house.sql("SELECT username, role, is_demo FROM accounts_user") == [("rith", "administrator", 0)]
    kept = empty_house.one("SELECT password FROM accounts_user")
    assert kept.startswith("argon2")
    assert shown[1] not in kept


def test_run_again_it_keeps_what_is_there(demo_house: House) -> None:
    tables = ("accounts_user", "accounts_key", "lists_list", "lists_listedsignal", "measures_webhook", "trail_entry")
    before = [demo_house.one(f"SELECT count(*) FROM {table}") for table in tables]
    keys = {path.name: path.read_bytes() for path in demo_house.keys.rglob("*") if path.is_file()}
    said = demo_house.krama("init", "--demo").stdout
    assert "This is a demo home" in said
    assert [demo_house.one(f"SELECT count(*) FROM {table}") for table in tables] == before
    assert {path.name: path.read_bytes() for path in demo_house.keys.rglob("*") if path.is_file()} == keys


def test_a_demo_home_refuses_to_be_turned_real(demo_house: House) -> None:
    done = demo_house.krama("init", status=2)
    assert "is a demo home and stays one" in done.stderr
    assert done.stderr.count("\n") == 1


def test_no_key_may_be_read_by_others(demo_house: House) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in demo_house.keys.rglob("*") if path.is_file()}
    assert modes == dict.fromkeys(modes, 0o600)
    assert {"settings", "identifiers", "webhooks", "demo-app.json"} <= modes.keys()


@pytest.mark.parametrize(
    ("url", "says"),
    [("http://krama.example.org", "must begin with https://"), ("krama.example.org", "is not an address")],
)
def test_an_address_in_clear_is_refused_and_nothing_is_made(empty_house: House, url: str, says: str) -> None:
    assert says in empty_house.krama("init", status=2, KRAMA_URL=url).stderr
    assert not (empty_house.folder / "home").exists()


def test_another_homes_database_is_left_alone(demo_house: House) -> None:
    """A second folder with the first one's database file in it."""
    (demo_house.folder / "home" / "home.json").unlink()
    done = demo_house.krama("init", "--demo", status=2)
    assert "belongs to another home" in done.stderr
