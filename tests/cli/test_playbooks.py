# SPDX-License-Identifier: Apache-2.0
"""`krama playbooks`: list, show, check; it needs no home, and a mistake names its line."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from krama.cli import main


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["playbooks", *arguments])
    return done.exit_code, done.output


def test_what_is_shown_can_be_changed_and_checked(tmp_path: Path) -> None:
    code, listed = run("list")
    assert code == 0
    assert "self-harm  version 1, 9 steps (8 must be done): a person chooses it" in listed
    file = tmp_path / "mine.yaml"
    file.write_text(run("show", "grooming")[1], "utf-8")
    assert "grooming, version 1: 10 steps." in run("check", str(file))[1]


def test_a_mistake_and_an_unknown_name_are_said(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(run("show", "grooming")[1].replace("due: 168", "due: soon"), "utf-8")
    code, said = run("check", str(file))
    assert code == 2
    assert "mine.yaml: follow: due: is not a whole number" in said
    assert "There is no playbook 'gromming'; use one of sexual-extortion" in run("show", "gromming")[1]
