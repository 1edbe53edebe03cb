# SPDX-License-Identifier: Apache-2.0
"""`krama inventory`: what the firm holds on children. One file a command, each imported only when it is called.

Works without the server; must never read a row of anybody's data to say what a schema holds.
"""

from __future__ import annotations

import importlib

import click

COMMANDS = {
    "scan": ("krama.cli.inventory_scan:scan", "Name the fields of a schema that say something about a child."),
    "pseudonymise": ("krama.cli.inventory_pseudonymise:pseudonymise", "Copy a data set without the people in it."),
    "purge-plan": ("krama.cli.inventory_purge:purge_plan", "Write the SQL that lets go of what is too old; never run."),
}


class InventoryGroup(click.Group):
    """Its commands stand in `COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)  # the table names commands only
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=InventoryGroup)
def inventory() -> None:
    """Find what your systems hold on children: in schemas and headers, never in rows.

    \b
    Example:
      krama inventory scan db/schema.sql api/openapi.yaml
    """
