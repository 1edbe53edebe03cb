# SPDX-License-Identifier: Apache-2.0
"""What a real home does not start with: each fault is planted, named by the real command, and stops it."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krama.cli.fitness import weakness
from tests.server.houses import House, free_port, running, url_of

pytestmark = [pytest.mark.loopback, pytest.mark.database]


def signed_in(home: House, who: str) -> str:
    """The address of its database for somebody else than whoever runs these tests."""
    scheme, _, rest = url_of(home.database).partition("://")
    return f"{scheme}://{who}@{rest.rpartition('@')[2]}"


Plant = Callable[[House], dict[str, str]]


def write(home: House, name: str, text: str) -> dict[str, str]:
    (home.keys / name).write_text(text)
    return {}


def open_file(home: House) -> dict[str, str]:
    (home.keys / "kek" / "0001.key").chmod(0o640)
    return {}


def open_folder(home: House) -> dict[str, str]:
    home.keys.chmod(0o755)
    return {}


def keys_inside(home: House) -> dict[str, str]:
    shutil.move(home.folder / "keys", home.folder / "home" / "keys")
    return {"KRAMA_KEYS": str(home.folder / "home" / "keys")}


def keys_inside_by_a_link(home: House) -> dict[str, str]:
    shutil.move(home.folder / "keys", home.folder / "home" / "hidden")
    (home.folder / "keys").symlink_to(home.folder / "home" / "hidden")
    return {}


def data_inside(home: House) -> dict[str, str]:
    keys = home.keys
    shutil.move(home.folder / "home", keys / "home")
    (keys / "home").chmod(0o700)
    return {"KRAMA_HOME": str(keys / "home")}


def copy_of_a_key(home: House) -> dict[str, str]:
    shutil.copy(home.keys / "door" / "0001.key", home.folder / "home" / "snapshots" / "old.txt")
    return {}


def equal_keys(home: House) -> dict[str, str]:
    shutil.copy(home.keys / "settings", home.keys / "webhooks")
    return {}


def demo_person(home: House) -> dict[str, str]:
    home.sql("UPDATE accounts_user SET is_demo = %s", True)
    return {}


def written_address(home: House) -> dict[str, str]:
    note = home.folder / "home" / "home.json"
    note.write_text(note.read_text().replace("http://localhost:8000", "http://krama.example.org"))
    return {}


REFUSED: dict[str, tuple[Plant, str]] = {
    "a key file others can read": (open_file, "Others can read the key files 0001.key: chmod -R go= "),
    "a key folder others can open": (open_folder, "Others can open the folder of the keys: chmod 700"),
    "keys inside the data": (keys_inside, "The keys lie inside the data. Move"),
    "keys inside the data, by a link": (keys_inside_by_a_link, "The keys lie inside the data. Move"),
    "data inside the keys": (data_inside, "The data lies inside the folder of the keys. Move"),
    "a copy of a key in the data": (copy_of_a_key, "A copy of a key lies in the data: remove"),
    "a secret of noughts": (lambda home: write(home, "settings", "00" * 32), "settings is a placeholder"),
    "a secret of one piece": (
        lambda home: write(home, "webhooks", "0123456789abcdef" * 4),
        "webhooks is a placeholder",
    ),
    "a secret of words": (
        lambda home: write(home, "identifiers", b"please-change-this-secret-now-12".hex()),
        "identifiers is a placeholder: words",
    ),
    "a weak ring": (lambda home: write(home, "kek/0001.key", "ab" * 32), "kek/1 is a placeholder"),
    "two equal secrets": (equal_keys, "The secrets settings and webhooks are the same."),
    "debug of Krama": (lambda _home: {"KRAMA_DEBUG": "1"}, "KRAMA_DEBUG is set: debugging shows what is sealed. Unset"),
    "debug of Django": (lambda _home: {"DJANGO_DEBUG": "true"}, "DJANGO_DEBUG is set"),
    "an address in clear": (
        lambda _home: {"KRAMA_URL": "http://krama.example.org"},
        "KRAMA_URL=http://krama.example.org must begin with https://",
    ),
    "an address in clear, written": (written_address, "must begin with https://"),
    "demo people": (demo_person, "Invented people of a demo are in this real home: admin."),
}


@pytest.mark.parametrize("fault", REFUSED)
@pytest.mark.every_postgres
def test_a_real_home_with_this_is_refused(real_house: House, fault: str) -> None:
    plant, words = REFUSED[fault]
    environment = plant(real_house)
    said = real_house.krama("check", status=1, **environment).stdout
    assert any(line.startswith("bad ") and words in line for line in said.splitlines()), said


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["worker"]])
@pytest.mark.every_postgres
def test_and_neither_serves_nor_works(real_house: House, command: list[str]) -> None:
    open_folder(real_house)
    given = [str(free_port()) if word == "0" else word for word in command]
    said = real_house.krama(*given, status=2, KRAMA_DEBUG="yes").stderr
    assert "Error: This home does not start. Others can open the folder of the keys: chmod 700" in said
    assert "(1 more: see `krama check`.)" in said


@pytest.mark.every_postgres
def test_a_healthy_home_passes_and_starts(real_house: House) -> None:
    said = real_house.krama("check", KRAMA_DEBUG="0", KRAMA_URL="https://krama.example.org").stdout
    assert "bad" not in said
    with running(real_house, "serve", "--port", str(free_port()), "--no-worker") as command:
        command.wait_for("Open http")


@pytest.mark.every_postgres
def test_a_demo_home_is_told_of_it_and_starts(demo_house: House) -> None:
    write(demo_house, "webhooks", "00" * 32)
    said = demo_house.krama("check", KRAMA_DEBUG="1").stdout
    assert "note  KRAMA_DEBUG is set" in said
    assert "note  The secret webhooks is a placeholder" in said


@pytest.mark.parametrize("placeholder", ["changeme", "postgres", "Password"])
def test_a_placeholder_as_the_database_s_password(real_house: House, placeholder: str) -> None:
    if not real_house.database:
        pytest.skip("PostgreSQL only")
    url = signed_in(real_house, f"postgres:{placeholder}")
    said = real_house.krama("check", status=1, KRAMA_DATABASE_URL=url).stdout
    assert "bad   The password in KRAMA_DATABASE_URL is a placeholder." in said
    assert placeholder not in said


@pytest.fixture
def role(real_house: House) -> Iterator[str]:
    """A superuser of this test's own, so that its setting is nobody else's."""
    if not real_house.database:
        pytest.skip("PostgreSQL only")
    name = f"krama_test_{secrets.token_hex(6)}"
    real_house.sql(f"CREATE ROLE {name} LOGIN SUPERUSER")
    yield name
    real_house.sql(f"DROP ROLE {name}")


@pytest.mark.parametrize("where", ["database", "role", "address"])
def test_postgresql_that_may_lose_what_it_answered(real_house: House, role: str, where: str) -> None:
    url = signed_in(real_house, role)
    if where == "database":
        real_house.sql(f"ALTER DATABASE {real_house.database} SET synchronous_commit = off")
    elif where == "role":
        real_house.sql(f"ALTER ROLE {role} SET synchronous_commit = off")
    else:
        url += "?options=-c%20synchronous_commit%3Doff"
    words = "PostgreSQL, synchronous_commit is off: set it on, for server, database and role."
    assert f"bad   {words}" in real_house.krama("check", status=1, KRAMA_DATABASE_URL=url).stdout
    assert words in real_house.krama("worker", status=2, KRAMA_DATABASE_URL=url).stderr


@pytest.mark.parametrize(
    ("pragma", "words"),
    [("synchronous=NORMAL", "synchronous is below FULL"), ("journal_mode=MEMORY", "journal_mode is memory")],
)
def test_sqlite_that_may_lose_what_it_answered(real_house: House, pragma: str, words: str) -> None:
    """The command itself, over settings that somebody changed."""
    if real_house.database:
        pytest.skip("SQLite only")
    program = (
        "import sys, krama.server.site.settings as settings\n"
        f"settings.SQLITE['OPTIONS']['init_command'] += 'PRAGMA {pragma};'\n"
        "from krama.cli import main\nsys.argv = ['krama', *sys.argv[1:]]\nmain()"
    )
    for command, status in (("check", 1), ("worker", 2)):
        done = subprocess.run(
            [sys.executable, "-c", program, command],
            env=real_house.environment, capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip
        assert (done.returncode, words in done.stdout + done.stderr) == (status, True), done


@pytest.mark.every_postgres
def test_debug_in_the_settings(real_house: House) -> None:
    program = (
        "import krama.server.site.settings as settings; settings.DEBUG = True\n"
        "import sys; from krama.cli import main; sys.argv = ['krama', 'check']; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=real_house.environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "bad   DEBUG is on in the settings" in done.stdout) == (1, True), done


def test_what_is_random_is_never_called_weak() -> None:
    assert [key.hex() for key in (os.urandom(32) for _ in range(20_000)) if weakness(key)] == []


@given(st.binary(min_size=1, max_size=16))
def test_what_repeats_is_weak(piece: bytes) -> None:
    assert weakness((piece * 32)[:32])


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=32, max_size=32))
def test_words_are_weak(words: str) -> None:
    assert weakness(words.encode())


@pytest.mark.parametrize("key", [b"", bytes(31), bytes(range(32)), bytes(range(64, 0, -2)), b"\xff" * 32])
def test_what_is_short_or_counts_is_weak(key: bytes) -> None:
    assert weakness(key)


@pytest.mark.every_postgres
def test_the_parent_s_folder_is_apart_enough(real_house: House) -> None:
    """Beside each other is apart: a backup of one does not hold the other."""
    assert Path(real_house.environment["KRAMA_KEYS"]).parent == real_house.folder
    assert "ok    The keys lie apart" in real_house.krama("check").stdout
