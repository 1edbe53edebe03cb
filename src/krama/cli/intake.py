# SPDX-License-Identifier: Apache-2.0
"""`krama intake`: doors that one opens by hand."""

from __future__ import annotations

import click

from krama.cli import house


@click.group()
def intake() -> None:
    """Doors that are opened by hand."""


@intake.command()
def mail() -> None:
    """Make a report of every mail in the mailbox of reports. The job loop does the same by itself.

    \b
    Example:
      KRAMA_MAIL_URL=imaps://reports@mail.example.org/INBOX krama intake mail
    """
    house.enter_ready()
    from django.conf import settings

    from krama.server.intake.jobs import empty_mailbox

    if not settings.KRAMA_MAIL_URL:
        raise click.UsageError("KRAMA_MAIL_URL names no mailbox; see docs/how-to/other-doors.md.")
    click.echo(f"{empty_mailbox()} mails became reports.")
