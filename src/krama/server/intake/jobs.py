# SPDX-License-Identifier: Apache-2.0
"""Intake's part of the job loop: talks are forgotten, the mailbox is emptied, notices go out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings

from krama.server.intake.actions.hear import forget_old
from krama.server.intake.actions.notify import NOTIFY, notify
from krama.server.outbox.actions import take_turn
from krama.server.outbox.registry import collects, handles

FORGET = timedelta(minutes=5)


@collects("intake.talks", seldom=True)
def talks_round() -> int:
    return forget_old() if take_turn("talks", every=FORGET) else 0


@collects("intake.mail", seldom=True)
def mail_round() -> int:
    every = timedelta(seconds=settings.KRAMA_MAIL_SECONDS)
    if not settings.KRAMA_MAIL_URL or not take_turn("mailbox", every=every):
        return 0
    return empty_mailbox()


@handles(NOTIFY)
def notify_task(payload: dict[str, Any]) -> None:
    notify(payload["message"])


def empty_mailbox() -> int:
    """Every mail that waits becomes a report; returns how many there were."""
    from krama.server.intake.actions.letters import take_letter  # mail is loaded by whoever has a mailbox
    from krama.server.intake.actions.take import PUBLIC
    from krama.server.intake.doors import mailbox

    where = mailbox.place()
    if where is None:
        return 0
    store = lambda raw, size: take_letter(PUBLIC, raw=raw, size=size)  # noqa: E731 - the one thing done with a mail
    return mailbox.fetch(where, store, done=settings.KRAMA_MAIL_DONE)
