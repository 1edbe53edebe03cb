# SPDX-License-Identifier: Apache-2.0
"""The command group: lists every command without the server, and says plainly what is missing."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from krama import cli
from krama.errors import BadHome

WITHOUT = "import sys; sys.modules.update({name: None for name in %r}); from krama.cli import main; main(%r)"


def run_without(missing: list[str], *arguments: str) -> subprocess.CompletedProcess[str]:
    program = WITHOUT % (missing, list(arguments))
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)


def test_help_lists_every_command_without_the_server() -> None:
    done = run_without(["django", "ninja", "granian"], "--help")
    assert done.returncode == 0, done.stderr
    for name, entry in cli.COMMANDS.items():
        assert name in done.stdout
        assert entry.line in " ".join(done.stdout.split())


def test_help_imports_neither_the_server_nor_the_decoders() -> None:
    program = "import sys, krama.cli as c; c.main(['--help'], standalone_mode=False)\n"
    program += "print([m for m in ('django', 'numpy', 'PIL', 'krama.server') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Two planted commands: one whose module needs what is not installed, one that fails in Krama's own words."""
    monkeypatch.setitem(cli.COMMANDS, "needs", cli.Entry("no_such_server_package.x:y", "Needs the server."))
    monkeypatch.setitem(cli.COMMANDS, "fails", cli.Entry(f"{__name__}:fails", "Fails.", server=False))
    monkeypatch.setitem(cli.COMMANDS, "late", cli.Entry(f"{__name__}:late", "Imports late."))
    monkeypatch.setitem(cli.COMMANDS, "typo", cli.Entry("krama.cli.no_such_file:x", "A wrong line in the table."))
    return CliRunner()


@click.command()
def fails() -> None:
    raise BadHome("The home is a file.\nGive a folder.")


@click.command()
def late() -> None:
    import no_such_server_package  # type: ignore[import-not-found]  # noqa: F401


@pytest.mark.parametrize("name", ["needs", "late"])
def test_a_server_command_without_the_server_says_what_to_install(planted: CliRunner, name: str) -> None:
    done = planted.invoke(cli.main, [name])
    assert done.exit_code == 2
    assert "this command needs the server: pip install 'krama[server]'" in done.stderr


def test_a_mistake_in_the_table_is_not_taken_for_a_missing_server(planted: CliRunner) -> None:
    done = planted.invoke(cli.main, ["typo"])
    assert isinstance(done.exception, ModuleNotFoundError)


def test_an_error_of_ours_is_one_line_and_status_two(planted: CliRunner) -> None:
    done = planted.invoke(cli.main, ["fails"])
    assert (done.exit_code, done.stderr) == (2, "Error: The home is a file. Give a folder.\n")
