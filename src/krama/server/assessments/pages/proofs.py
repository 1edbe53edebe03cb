# SPDX-License-Identifier: Apache-2.0
"""Pages on the live proofs: what the running system shows, and what to do where it is red."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from krama.errors import NotFound
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.assessments.actions.look import look
from krama.server.assessments.queries import proofs as queries

CHIPS = {"pass": "ok", "fail": "stop", "unknown": "due"}
WIDTH, HEIGHT = 8, 40
# A day's bar is the taller the better: its state is never colour alone.
BARS = {"pass": (HEIGHT, "--ok"), "unknown": (24, "--due"), "fail": (12, "--stop"), "": (2, "--line")}


@page(Operation.READ_PROOFS)
def proofs(request: StaffRequest) -> HttpResponse:
    """Every live proof, red first."""
    look()  # when the loop does not: this is how a stopped loop is seen
    shown = queries.states()
    context = {
        "proofs": [_row(proof) for proof in shown],
        "counts": Counter(proof.state for proof in shown),
        "last_look": queries.last_look(),
    }
    return render(request, "assessments/proofs.html", context)


@page(Operation.READ_PROOFS)
def proof(request: StaffRequest, proof_id: str) -> HttpResponse:
    """One live proof: what it asks, what was seen, and its 90 days."""
    look()
    shown = queries.state_of(proof_id)
    if shown is None:
        raise NotFound(f"There is no live proof {proof_id!r:.80}; the page of all proofs names them.")
    days = queries.history(proof_id)
    language = get_language() or "en"
    context = _row(shown) | {
        "figures": queries.figures_of(proof_id, shown.figures),
        "days": [day for day in reversed(days) if day.state],
        "strip": strip([day.state for day in days]),
        "first_day": days[0].day,
        "last_day": days[-1].day,
        "counts": Counter(day.state for day in days),
        "changes": [{"row": row, "cause": cause, "chip": CHIPS[row.state]} for row, cause in queries.changes(proof_id)],
        "lines": [{"id": line.id, "text": line.text.in_(language)} for line in queries.lines_shown_by(proof_id)],
    }
    return render(request, "assessments/proof.html", context)


def strip(states: Sequence[str]) -> SafeString:
    """A bar a day, oldest first; the page says the same in words beside it."""
    bars = "".join(
        f'<rect x="{place * WIDTH}" y="{HEIGHT - BARS[state][0]}" width="{WIDTH - 2}" height="{BARS[state][0]}" '
        f'fill="var({BARS[state][1]})"/>'
        for place, state in enumerate(states)
    )
    box = f"0 0 {len(states) * WIDTH} {HEIGHT}"
    return mark_safe(  # noqa: S308 - numbers and names of our own
        f'<svg viewBox="{box}" width="100%" height="{HEIGHT}" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false">{bars}</svg>'
    )


def _row(proof: queries.Shown) -> dict[str, Any]:
    url = reverse(proof.page) if proof.page else ""
    return {"proof": proof, "chip": CHIPS[proof.state], "mend_url": url if proof.state != "pass" else ""}
