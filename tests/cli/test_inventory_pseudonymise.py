# SPDX-License-Identifier: Apache-2.0
"""`krama inventory pseudonymise` as a real command: what it says, what it refuses, and what a kill leaves."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from krama.cli import main
from tests.inventory.sets import RULES

CSV = "id,name,phone,note,score\r\n7,Sok Dara,012 345 678,she said,=1+1\r\n"


@pytest.fixture
def ground(tmp_path: Path) -> Path:
    for name in ("keys", "data", "out"):
        (tmp_path / name).mkdir()
    (tmp_path / "rules.yaml").write_text(RULES)
    (tmp_path / "data" / "users.csv").write_text(CSV, newline="")
    return tmp_path


def krama(ground: Path, *more: str) -> Result:
    source, target = ground / "data" / "users.csv", ground / "out" / "users.csv"
    arguments = [str(source), str(target), "--rules", str(ground / "rules.yaml"), "--key", str(ground / "keys" / "key")]
    return CliRunner().invoke(main, ["inventory", "pseudonymise", *arguments, *more])


def test_a_file_goes_through_and_the_report_holds_no_value(ground: Path) -> None:
    done = krama(ground, "--make-key")
    assert done.exit_code == 0, done.output
    out = (ground / "out" / "users.csv").read_text()
    assert "account_" in out
    for value in ("Sok", "012", "she said", "1+1", out.split("account_")[1][:32]):
        assert value not in done.output
    assert "1 rows were written" in done.output
    assert "pseudonym: 3 values" in done.output
    assert "1 cells looked like a formula" in done.output
    assert "pseudonymous is not anonymous" in done.output


def test_a_key_can_be_made_alone(ground: Path) -> None:
    key = ground / "keys" / "key"
    made = CliRunner().invoke(main, ["inventory", "pseudonymise", "--make-key", "--key", str(key)])
    assert made.exit_code == 0, made.output
    assert key.read_text() not in made.output
    assert krama(ground).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Give IN, OUT and --rules"),
        (["--make-key"], "Say where the key shall lie"),
        (["a", "b", "--rules", "c", "--delimiter", "ab"], "one character"),
        (["a", "b"], "Give IN, OUT and --rules"),
        (["a.csv", "b.csv", "--rules", "none.yaml"], "cannot be read"),
    ],
)
def test_what_is_missing_is_said(arguments: list[str], words: str) -> None:
    done = CliRunner().invoke(main, ["inventory", "pseudonymise", *arguments])
    assert (done.exit_code, words in done.output) == (2, True), done.output


def test_refusals_come_with_what_to_do(ground: Path) -> None:
    assert "Make one with --make-key" in krama(ground).output
    krama(ground, "--make-key", "--dry-run")
    assert not (ground / "out" / "users.csv").exists()
    assert "would be written" in krama(ground, "--dry-run").output
    assert krama(ground).exit_code == 0
    again = krama(ground)
    assert (again.exit_code, "--force" in again.output) == (2, True)
    (ground / "data" / "users.csv").write_text(CSV.replace("note", "note,grade").replace("said", "said,A"), newline="")
    assert "no rule, so nothing was written: grade" in krama(ground, "--force").output
    left_out = krama(ground, "--force", "--drop-unlisted")
    assert "Fields without a rule, left out: grade" in left_out.output
    (ground / "keys" / "key").chmod(0o644)
    assert "chmod 600" in krama(ground, "--force").output


def test_without_a_key_only_rules_that_need_none(ground: Path) -> None:
    source, target = ground / "data" / "users.csv", ground / "out" / "users.csv"
    arguments = ["inventory", "pseudonymise", str(source), str(target), "--rules", str(ground / "rules.yaml")]
    assert "give the key with --key" in CliRunner().invoke(main, arguments).output
    (ground / "rules.yaml").write_text("version: 1\nfields: {score: keep}")
    assert CliRunner().invoke(main, [*arguments, "--drop-unlisted"]).exit_code == 0


@pytest.mark.every
def test_a_kill_leaves_no_half_file_under_the_name(ground: Path) -> None:
    with (ground / "data" / "users.csv").open("w") as file:
        file.write("id,name,phone,note,score\n")
        file.writelines(f"{number},Sok Dara,012345678,said,{'x' * 900}\n" for number in range(60_000))
    krama(ground, "--make-key", "--dry-run")
    out = ground / "out" / "users.csv"
    out.write_text("the old one")
    command = [sys.executable, "-m", "krama", "inventory", "pseudonymise", str(ground / "data" / "users.csv"), str(out)]
    command += ["--rules", str(ground / "rules.yaml"), "--key", str(ground / "keys" / "key"), "--force"]
    running = subprocess.Popen(command)
    while not [part for part in (ground / "out").glob(".users.csv.*.part") if part.stat().st_size > 100_000]:
        assert running.poll() is None, "it ended before it could be killed"
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert out.read_text() == "the old one"
    (left,) = (ground / "out").glob(".users.csv.*.part")
    assert b"Sok" not in left.read_bytes()
    assert subprocess.run(command, check=False).returncode == 0
    assert len(out.read_text().splitlines()) == 60_001
