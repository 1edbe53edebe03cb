# SPDX-License-Identifier: Apache-2.0
"""`krama trail`: its exit status says whether the trail is as it was written, here and on another machine."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.houses import House
from tests.server.nursery import Nursery

pytestmark = pytest.mark.loopback
# Another machine: the library and `cryptography`, no server, no Django, no home.
ELSEWHERE = """
import sys
for name in ("django", "psycopg", "ninja", "allauth", "granian", "structlog"):
    sys.modules[name] = None
from krama.cli import main
main(sys.argv[1:])
"""


@pytest.fixture
def house(demo_house: House) -> House:
    """Somebody was at work in it."""
    with Nursery(demo_house) as nursery:
        nursery.run(("scan_some", {"count": 3}))
        nursery.run(("round_once", {}))
        nursery.run(("round_once", {}))
    return demo_house


def elsewhere(folder: Path, *arguments: str, status: int = 0) -> str:
    """The command on the auditor's machine; what it says."""
    command = [sys.executable, "-c", ELSEWHERE, "trail", "verify", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env={"PATH": "/bin"}, check=False)
    assert done.returncode == status, (done.stdout, done.stderr)
    return done.stdout + done.stderr


def test_an_intact_trail_is_status_0_and_a_touched_one_status_1(house: House) -> None:
    assert house.krama("trail", "verify").stdout.startswith("The trail is intact: ")
    house.sql("UPDATE trail_entry SET event = 'staff:added' WHERE position = 0")
    assert house.krama("trail", "verify", status=1).stdout.startswith("Entry 0 was changed")


def test_without_a_home_it_says_how_to_make_one(empty_house: House) -> None:
    for arguments in (["verify"], ["export", "--output", "x"], ["prove", "y"], ["public-key"]):
        done = empty_house.krama("trail", *arguments, status=2)
        assert "Make one with `krama init`" in done.stderr
        assert not (empty_house.folder / "home").exists()


def test_a_bundle_is_verified_on_another_machine_and_a_fault_is_status_1(house: House, tmp_path: Path) -> None:
    away = tmp_path / "away"
    away.mkdir()
    house.krama("trail", "public-key", "--output", str(away / "trail.pub"))
    shutil.copy(house.keys / "witness" / "checkpoint", away / "kept")
    house.krama("trail", "export", "--output", str(away / "good"))
    asked = ("--public-key", "trail.pub", "--checkpoint", "kept")
    says = elsewhere(away, "--bundle", "good", *asked)
    assert says.startswith("The trail is intact: ")
    house.sql("UPDATE trail_entry SET actor_id = 'somebody' WHERE position = 4")
    house.krama("trail", "export", "--output", str(away / "bad"))
    assert elsewhere(away, "--bundle", "bad", *asked, status=1) == "Entry 4 was changed.\n"
    shutil.copytree(house.keys / "witness", away / "tiles")
    assert "Entry 4 " in elsewhere(away, "--bundle", "bad", *asked, "--tiles", "tiles", status=1)


def test_an_entry_is_proved_to_whoever_gets_nothing_else(house: House, tmp_path: Path) -> None:
    entry = house.one("SELECT id FROM trail_entry WHERE position = 2")
    house.krama("trail", "prove", str(entry), "--output", str(tmp_path / "proof"))
    house.krama("trail", "public-key", "--output", str(tmp_path / "pub"))
    says = elsewhere(tmp_path, "--proof", "proof", "--public-key", "pub")
    assert "This is entry 2 of " in says
    forged = (tmp_path / "proof").read_text().replace("index 2", "index 3")
    (tmp_path / "forged").write_text(forged)
    assert "does not hold" in elsewhere(tmp_path, "--proof", "forged", "--public-key", "pub", status=1)


def test_bad_input_is_status_2_and_says_what_to_do(house: House, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("rubbish")
    key = house.krama("trail", "public-key").stdout
    (tmp_path / "pub").write_text(key)
    assert "no bundle" in elsewhere(tmp_path, "--bundle", "x", "--public-key", "pub", status=2)
    assert "no proof" in elsewhere(tmp_path, "--proof", "x", "--public-key", "pub", status=2)
    assert "no public key" in elsewhere(tmp_path, "--proof", "x", "--public-key", "x", status=2)
    assert "--public-key" in elsewhere(tmp_path, "--proof", "x", status=2)
    assert "no entry 'x'" in house.krama("trail", "prove", "x", status=2).stderr


def test_an_older_home_says_to_run_init_and_a_lost_key_is_never_made_anew(demo_house: House) -> None:
    (demo_house.keys / "trail").unlink()
    assert "missing or damaged" in demo_house.krama("trail", "verify", status=2).stderr
    assert "missing or damaged" in demo_house.krama("init", "--demo", status=2).stderr
    for name in ("trail-signing", "trail.json"):
        (demo_house.keys / name).unlink()
    assert "run `krama init` once" in demo_house.krama("trail", "verify", status=2).stderr
