# SPDX-License-Identifier: Apache-2.0
"""`krama playbooks`: what is to be done in a case of each kind."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def playbooks() -> None:
    """What is to be done in a case of each kind."""


@playbooks.command(name="list")
def listed() -> None:
    """Print the playbooks that come with Krama.

    \b
    Example:
      krama playbooks list
    """
    from krama.playbooks import playbooks as shipped

    for one in shipped():
        musts = sum(step.must for step in one.steps)
        kinds = ", ".join(one.fits) or "a person chooses it"
        click.echo(f"{one.id}  version {one.version}, {len(one.steps)} steps ({musts} must be done): {kinds}")


@playbooks.command()
@click.argument("name")
def show(name: str) -> None:
    """Print one playbook as its file, to read it or to write another after it.

    \b
    Example:
      krama playbooks show grooming > mine.yaml
    """
    from krama.errors import NotFound
    from krama.playbooks.load import FOLDER, ORDER

    if name not in ORDER:
        raise NotFound(f"There is no playbook {name!r}; use one of {', '.join(ORDER)}.")
    click.echo((FOLDER / f"{name}.yaml").read_text("utf-8"), nl=False)


@playbooks.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Read a playbook's file; a mistake is named with its line, and what to do. Nothing is changed.

    \b
    Example:
      krama playbooks check mine.yaml
    """
    from krama.playbooks import load_playbook

    one = load_playbook(file)
    click.echo(f"{one.id}, version {one.version}: {len(one.steps)} steps.")
    for step in one.steps:
        leads = f" -> {step.leads} {step.to}" if step.leads else ""
        click.echo(f"  {step.due:>4} h  {step.who:<8}  {'must' if step.must else 'may ':<4}  {step.id}{leads}")
