# SPDX-License-Identifier: Apache-2.0
"""The receipt: what finds a report again is stored; the code itself never is, and neither is what opens the answers."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from krama.errors import Conflict
from krama.sealing import Receipt, new_code, receipt_of
from krama.server.intake import named
from krama.server.intake.models import Report
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event


def give_code(actor: Actor, *, report: Report, secret: bytes) -> str:
    """The code of this page; the same page sent again gets the same one. `Conflict`: the report has another."""
    code = new_code(secret)
    _keep(actor, report, receipt_of(code, settings.KRAMA_PEPPER))
    return code


@transaction.atomic
def _keep(actor: Actor, report: Report, receipt: Receipt) -> None:
    named.report(report.pk)
    row = Report.objects.select_for_update().only("id", "find").get(pk=report.pk)
    if row.find == receipt.find:
        return
    if row.find is not None:
        raise Conflict("This report has a receipt already; it was shown once and cannot be shown again.")
    row.find, row.reply_public, row.no_code = receipt.find, receipt.public.hex(), False
    row.save(update_fields=["find", "reply_public", "no_code"])
    record(actor, Event.REPORT_RECEIPT, subject_kind="report", subject_id=row.pk)


def want_no_code(actor: Actor, *, report: Report) -> None:
    """The reporter wants no code: nobody can come back to this report from outside."""
    named.report(report.pk)
    Report.objects.filter(pk=report.pk, find=None).update(no_code=True)
