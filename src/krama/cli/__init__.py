# SPDX-License-Identifier: Apache-2.0
"""The command line: one file a command, each imported only when it is called.

It must never import the server for `krama --help` or `krama scan`: both work from the base install.
"""

from __future__ import annotations

import importlib
import os
import sys
from dataclasses import dataclass
from typing import Any

import click

from krama import __version__
from krama.errors import KramaError

NEEDS_SERVER = "this command needs the server: pip install 'krama[server]'"


@dataclass(frozen=True)
class Entry:
    """Where a command lives, and its line in `krama --help` (kept here so that help imports nothing)."""

    target: str  # "module:attribute"
    line: str
    server: bool = True


COMMANDS: dict[str, Entry] = {
    "scan": Entry("krama.cli.scan:scan", "Scan files and folders against lists.", server=False),
    "guidelines": Entry(
        "krama.cli.guidelines:guidelines", "Show what a firm must do, and what applies to yours.", server=False
    ),
    "inventory": Entry(
        "krama.cli.inventory:inventory", "Find what your systems hold on children, in schemas.", server=False
    ),
    "init": Entry("krama.cli.init:init", "Make a home, or a demo home."),
    "serve": Entry("krama.cli.serve:serve", "Start the web server and the job loop."),
    "gate": Entry("krama.cli.gate:gate", "Answer scans where the server is slow, away or elsewhere."),
    "worker": Entry("krama.cli.worker:worker", "Run the job loop alone."),
    "lists": Entry("krama.cli.lists:lists", "Import, export, show and publish lists."),
    "staff": Entry("krama.cli.staff:staff", "Add a member of staff; set a password."),
    "keys": Entry("krama.cli.keys:keys", "Add a key for a machine; rotate or protect the keys that seal."),
    "faces": Entry("krama.cli.faces:faces", "Run the public face apart, under its own user and database role."),
    "retention": Entry("krama.cli.retention:retention", "Destroy what has had its time, or say what would go."),
    "triage": Entry("krama.cli.triage:triage", "Read, check and change the rules that say how urgent a case is."),
    "playbooks": Entry(
        "krama.cli.playbooks:playbooks", "Show and check what is to be done in each kind of case.", server=False
    ),
    "webhooks": Entry("krama.cli.webhooks:webhooks", "Add an address that receives measures."),
    "intake": Entry("krama.cli.intake:intake", "Make reports of the mails in the mailbox."),
    "trail": Entry("krama.cli.trail:trail", "Verify, export and prove who did what."),
    "wording": Entry("krama.cli.wording:wording", "Give the Khmer to a native reader, and take it back."),
    "check": Entry("krama.cli.check:check", "Say whether this home is fit to run."),
}


class Stopped(click.ClickException):
    """An error people read: one line on stderr, exit status 2."""

    exit_code = 2


class LazyGroup(click.Group):
    """A group whose commands stand in `COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        return _load(entry) if entry else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.line) for name, entry in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KramaError as error:
            raise Stopped(" ".join(error.detail.split())) from error
        except ModuleNotFoundError as error:  # a server command that imports late
            _raise_if_server_is_missing(COMMANDS.get(ctx.invoked_subcommand or ""), error)
            raise
        except KeyboardInterrupt:
            ctx.exit(130)  # click’s own 1 would say "a match"
        except BrokenPipeError:
            # The reader went away (`krama scan … | head`): say nothing, also not at interpreter exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(2)


def _load(entry: Entry) -> click.Command:
    module, _, attribute = entry.target.partition(":")
    try:
        command = getattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError as error:
        _raise_if_server_is_missing(entry, error)
        raise
    assert isinstance(command, click.Command)  # the table names commands only
    return command


def _raise_if_server_is_missing(entry: Entry | None, error: ModuleNotFoundError) -> None:
    outside = (error.name or "krama").partition(".")[0] != "krama"
    if entry is not None and entry.server and outside:
        raise Stopped(NEEDS_SERVER) from error


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="krama")
def main() -> None:
    """Child online protection, carried out every day.

    \b
    Example:
      krama scan --list known.csv photos/
    """
