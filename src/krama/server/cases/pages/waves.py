# SPDX-License-Identifier: Apache-2.0
"""Waves: the list, and one wave with its figures, its draft, and the answer of a person."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.errors import BadInput, Conflict, NotFound
from krama.playbooks import playbooks
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may
from krama.server.accounts.models import User
from krama.server.cases.actions import waves as actions_waves
from krama.server.cases.forms.decision import WaveForm
from krama.server.cases.models import Case, Wave
from krama.server.cases.reach import visible
from krama.server.cases.waves import MOST, of_topic, why_answered

SHOWN, LOOKED_AT = 20, 1_000


@page(Operation.READ_CASES)
def waves(request: StaffRequest) -> HttpResponse:
    """The newest first."""
    shown = Paginator(Wave.objects.order_by("-raised_at"), SHOWN).get_page(request.GET.get("page"))
    return render(request, "cases/waves.html", {"page": shown, "rows": [_head(one) for one in shown]})


@page(Operation.READ_CASES)
def wave(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Figures without anybody in them, the draft, and the playbook."""
    return _render(request, _found(pk))


@page(Operation.ANSWER_WAVES, "POST")
def answer(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Keep the draft, release it, or drop it."""
    row, form = _found(pk), WaveForm(request.POST)
    if not form.is_valid():
        return _render(request, row, form=form, status=422)
    said = form.cleaned_data
    try:
        if said["act"] == "save":
            actions_waves.edit(request.user, wave=row, english=said["english"], khmer=said["khmer"])
        else:
            actions_waves.answer(
                request.user,
                wave=row,
                release=said["act"] == "release",
                reason=said["reason"],
                english=said["english"],
                khmer=said["khmer"],
            )
    except BadInput:
        form.add_error("reason", _("Say why, in your own words."))
        return _render(request, row, form=form, status=422)
    except Conflict:
        return _render(request, _found(pk), note=_("Somebody has answered this wave already."), status=409)
    messages.success(request, SAID[said["act"]]())
    return redirect("cases:wave", pk=pk)


SAID = {
    "save": lambda: _("Saved."),
    "release": lambda: _("Released. Now say it where your firm speaks to its users: Krama sends nothing."),
    "drop": lambda: _("Dropped. Nobody is told."),
}


def _found(pk: UUID) -> Wave:
    row = Wave.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def _render(
    request: StaffRequest, row: Wave, *, form: WaveForm | None = None, note: str = "", status: int = 200
) -> HttpResponse:
    may_answer = row.answer == Wave.Answer.WAITING and may(request.user, Operation.ANSWER_WAVES)
    if may_answer and form is None:
        form = WaveForm(initial={"english": row.text_en, "khmer": row.text_km})
    by = User.objects.filter(pk=row.answered_by).first() if row.answered_by else None
    context = {
        "wave": _head(row),
        "days": _days(row),
        "cases": _cases(request.user, row),
        "form": form if may_answer else None,
        "note": note,
        "by": by.name if by else "",
        "why": why_answered(row),
    }
    return render(request, "cases/wave.html", context, status=status)


def _head(row: Wave) -> dict[str, Any]:
    language = get_language() or "en"
    book = next((one for one in playbooks() if one.id == row.book), None)
    return {
        "row": row,
        "topic": row.get_topic_display(),
        "count": row.count,
        "or_more": row.count >= MOST,
        "book": book.title.in_(language) if book else "",
        "lasts": row.ended_at is None,
        "chip": {
            "kind": "due" if row.answer == Wave.Answer.WAITING else "ok",
            "text": row.get_answer_display(),
        },
    }


def _days(row: Wave) -> list[tuple[Any, int]]:
    """How many came on each day; of a large wave, of its newest thousand."""
    rows = of_topic(row.topic).filter(at__gte=row.began_at, at__lte=row.last_at).order_by("-at")
    days = Counter(timezone.localdate(at) for at in rows.values_list("at", flat=True)[:LOOKED_AT])
    return sorted(days.items())


def _cases(reader: User, row: Wave) -> list[Case]:
    """The newest of its cases that the reader may see; the others are not spoken of."""
    reports = of_topic(row.topic).filter(at__gte=row.began_at, at__lte=row.last_at).order_by("-at")
    newest = list(reports.values_list("pk", flat=True)[: LOOKED_AT // 10])
    rows = visible(reader).filter(items__report__in=newest, state=Case.State.OPEN).distinct()
    return list(rows.order_by("-opened_at")[:SHOWN])
