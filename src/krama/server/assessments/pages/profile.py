# SPDX-License-Identifier: Apache-2.0
"""Pages on the firm's profile: the wizard of six screens, and what applies and why."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.guidelines import Catalogue
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may, require
from krama.server.assessments.actions.profile import save_profile
from krama.server.assessments.forms.profile import FIELD, SCREENS, Draft, NamesForm, ScreenForm, begun, offered, read
from krama.server.assessments.queries import profile as queries
from krama.server.assessments.queries.catalogue import catalogue, firm


@page(Operation.READ_GUIDELINES, "GET", "POST")
def profile(request: StaffRequest) -> HttpResponse:
    """What the firm is; whoever may change it walks through the screens."""
    if request.method == "POST":
        require(request.user, Operation.CHANGE_GUIDELINES)
        return _save(request)
    begins = "step" in request.GET or "sector" in request.GET or firm() is None
    if not (begins and may(request.user, Operation.CHANGE_GUIDELINES)):
        return render(request, "assessments/profile.html", _said(request))
    return _walk(request)


@page(Operation.READ_GUIDELINES)
def applies(request: StaffRequest) -> HttpResponse:
    """Every line: whether it applies, and why."""
    held, language = catalogue(), get_language() or "en"
    pillar = request.GET.get("pillar", "")
    found = [ruling for ruling in queries.rulings_now() if pillar in ("", ruling.line.pillar)]
    context = {
        "firm": firm(),
        "applying": queries.by_area(held, [ruling for ruling in found if ruling.applies], language),
        "others": queries.by_area(held, [ruling for ruling in found if not ruling.applies], language),
        "count": sum(ruling.applies for ruling in found),
        "all": len(found),
        "pillars": queries.pillars(held, language, pillar),
        "pillar": pillar,
        "may_change": may(request.user, Operation.CHANGE_GUIDELINES),
    }
    return render(request, "assessments/applies.html", context)


def _walk(request: StaffRequest) -> HttpResponse:
    """The screen that was asked for, or the first before it that misses an answer."""
    held = catalogue()
    screen = _number(request.GET.get("step", "1"))
    draft = read(request.GET, held) if "step" in request.GET else begun(firm(), held, request.GET.getlist("sector"))
    if gap := draft.missing(screen):
        return _ask(request, draft, gap, faulty=True)
    if screen == SCREENS:
        return _last(request, held, draft, NamesForm(initial=_names()))
    return _ask(request, offered(draft, screen, held), screen)


def _ask(request: StaffRequest, draft: Draft, screen: int, *, faulty: bool = False) -> HttpResponse:
    name = FIELD[screen]
    value = getattr(draft, name)
    form = ScreenForm(
        request.GET if faulty else None, screen=screen, initial={name: value[0] if name == "size" and value else value}
    )
    context = {
        "form": form,
        "screen": screen,
        "screens": SCREENS,
        "hidden": draft.hidden(screen),
        "known": firm() is not None,
    }
    return render(request, "assessments/profile_screen.html", context, status=422 if faulty else 200)


def _last(request: StaffRequest, held: Catalogue, draft: Draft, form: NamesForm, status: int = 200) -> HttpResponse:
    """What applies in counts, what changes line by line, and the name."""
    language = get_language() or "en"
    after, change = draft.profile(), queries.change_to(draft.profile())
    context = {
        "form": form,
        "screen": SCREENS,
        "screens": SCREENS,
        "hidden": draft.hidden(SCREENS),
        "back": f"?step={SCREENS - 1}&{draft.query()}",
        "counts": queries.counts(held, after, language),
        "applying": queries.by_area(held, queries.applying(held, after), language),
        "changes": queries.changes(held, change, language) if change else None,
    }
    return render(request, "assessments/profile_last.html", context, status=status)


def _save(request: StaffRequest) -> HttpResponse:
    held = catalogue()
    draft, form = read(request.POST, held), NamesForm(request.POST)
    if gap := draft.missing(SCREENS):
        return redirect(f"{request.path}?step={gap + 1}&{draft.query()}")
    if not form.is_valid():
        return _last(request, held, draft, form, status=422)
    given = draft.profile()
    row = save_profile(
        request.user,
        firm_en=form.cleaned_data["firm_en"],
        firm_km=form.cleaned_data["firm_km"],
        sectors=given.sectors,
        features=given.features,
        users=given.users,
        size=given.size,
        languages=given.languages,
    )
    messages.success(request, _("Saved. This is profile number %(number)s.") % {"number": row.number})
    return redirect("assessments:first")


def _names() -> dict[str, str]:
    row = firm()
    return {"firm_en": row.firm_en, "firm_km": row.firm_km} if row else {}


def _number(given: str) -> int:
    return min(max(int(given), 1), SCREENS) if given.isascii() and given.isdigit() else 1


def _said(request: StaffRequest) -> dict[str, Any]:
    """The last profile in words, with the way to change each part of it."""
    row, held = firm(), catalogue()
    draft = begun(row, held, ())
    facts = queries.facts(held, row, get_language() or "en") if row else []
    labels = (_("Sectors"), _("What people can do"), _("Who uses it"), _("Size"), _("Languages"))
    return {
        "firm": row,
        "facts": [
            {"label": label, "words": words, "url": f"?step={screen}&{draft.query()}"}
            for screen, (label, (_group, words)) in enumerate(zip(labels, facts, strict=False), start=1)
        ],
        "query": draft.query(),
        "history": queries.history(),
        "may_change": may(request.user, Operation.CHANGE_GUIDELINES),
    }
