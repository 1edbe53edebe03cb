# SPDX-License-Identifier: Apache-2.0
"""`krama inventory scan`: names the fields of schemas that say something about a child. Needs no server.

Exit status: 0 nothing found at the threshold, 1 something found, 2 something could not be read. Never reads rows.
"""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable

import click

from krama import __version__
from krama.inventory import Category, Finding, findings_to_json, findings_to_sarif, scan_sources
from krama.inventory.sarif import SAYS

EXAMPLES = """
    \b
    Examples:
      krama inventory scan db/schema.sql api/openapi.yaml exports/
      krama inventory scan postgres://reader@db.example/app
      krama inventory scan --json db/ > inventory.json    (for the register)
      krama inventory scan --sarif db/ > inventory.sarif  (for a code host)
      krama inventory scan --fail-on school --fail-on location db/

    \b
    Reads SQL (.sql), SQLite files, OpenAPI and JSON Schema (.json, .yaml),
    the header line of CSV (.csv, .tsv), the schema of Parquet (.parquet),
    and the catalogue behind postgres://, mysql:// or sqlite:///. Names and
    comments only: no row is ever read. A password can come from PGPASSWORD
    or MYSQL_PWD instead of the address, which others on the machine can see.

    \b
    Exit status: 0 nothing found, 1 something found (--fail-on says what
    counts), 2 something could not be read (2 wins over 1).
"""


@click.command(epilog=EXAMPLES)
@click.argument("sources", nargs=-1, required=True, metavar="PATH|DSN...")
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON, for the register of child data.")
@click.option("--sarif", "as_sarif", is_flag=True, help="The findings as SARIF 2.1.0, for code hosts.")
@click.option(
    "--fail-on",
    "fail_on",
    multiple=True,
    default=("any",),
    show_default=True,
    type=click.Choice([*(one.value for one in Category), "any", "none"]),
    help="Exit with 1 only for this; can be given again.",
)
@click.option(
    "--min-confidence",
    "least",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="Leave out what is less sure.",
)
@click.option("-q", "--quiet", is_flag=True, help="Do not say what was passed over.")
def scan(
    sources: tuple[str, ...], as_json: bool, as_sarif: bool, fail_on: tuple[str, ...], least: float, quiet: bool
) -> None:
    """Name the fields that identify or locate a child, in English, Khmer and romanised Khmer."""
    if as_json and as_sarif:
        raise click.UsageError("Give --json or --sarif, not both.")
    outcome = scan_sources(sources, least)
    if as_json:
        click.echo(findings_to_json(outcome.findings))
    elif as_sarif:
        click.echo(findings_to_sarif(outcome.findings, __version__))
    else:
        _table(outcome.findings)
    for note in [] if quiet else outcome.notes:
        click.echo(f"Note: {_plain(note)}", err=True)
    for fault in outcome.faults:
        click.echo(f"Error: {_plain(fault)}", err=True)
    read = f"{outcome.fields} fields in {outcome.sources} sources"
    click.echo(f"{read}: {len(outcome.findings)} say something about a person; {len(outcome.faults)} errors.", err=True)
    sys.stdout.flush()
    sys.exit(2 if outcome.faults else int(counts(outcome.findings, fail_on)))


def counts(findings: Iterable[Finding], fail_on: tuple[str, ...]) -> bool:
    """Is there a finding that makes the command fail?"""
    return any("any" in fail_on or one.category.value in fail_on for one in findings) and "none" not in fail_on


def _table(findings: list[Finding]) -> None:
    tally = Counter(one.category for one in findings)
    for category in Category:
        if not tally[category]:
            continue
        click.echo(f"\n{SAYS[category]} ({category.value}): {tally[category]}")
        for one in (found for found in findings if found.category is category):
            full = f"{one.place}.{one.field}" if one.place else one.field
            line = f":{one.line}" if one.line else ""
            click.echo(f"  {one.confidence:.2f}  {_plain(full)}  [{_plain(one.source)}{line}]")
            click.echo(f"        {_plain(one.reason)}")


def _plain(text: str) -> str:
    """One line that a terminal cannot be steered by: names come from files of others."""
    return "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in text)
