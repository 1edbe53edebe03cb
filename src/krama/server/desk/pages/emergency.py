# SPDX-License-Identifier: Apache-2.0
"""Broken glass: a child may be in danger now, and nobody who may open the identity is here.

Protection goes first; the second look comes afterwards, and is an alarm until it has come.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.accounts.second_factor import given
from krama.server.cases.actions.looks import break_glass
from krama.server.cases.models import Case
from krama.server.cases.queries import case as queries
from krama.server.cases.reach import REFERENCE, behind_glass
from krama.server.compartments.models import Pseudonym
from krama.server.desk.faces import LABELS, Faces, scope_of


@page(Operation.BREAK_GLASS)
def emergency(request: StaffRequest) -> HttpResponse:
    """The question, before anything opens."""
    return render(request, "desk/emergency.html", {})


@page(Operation.BREAK_GLASS, "POST")
def broken(request: StaffRequest) -> HttpResponse:
    """What stands behind one case, for this person, for a quarter of an hour; nothing else of it."""
    ref = request.POST.get("ref", "").strip().upper()
    case = behind_glass(request.user).filter(ref=ref).first() if REFERENCE.fullmatch(ref) else None
    if case is None:
        note = _("There is no case with this reference. Its reference stands on top of the case.")
        return render(request, "desk/emergency.html", {"note": note}, status=422)
    items = list(queries.items_of(case))
    Faces(case, items, "")  # names those who have no letter yet
    # A letter of a child who is spoken of, or of whom a child trusts, has nothing behind it that is shown here.
    names = list(Pseudonym.objects.filter(scope=scope_of(case), kind__in=LABELS))
    break_glass(request.user, case=case, pseudonyms=names, second=given(request))
    return render(request, "desk/emergency.html", {"case": case, "faces": _shown(case, items, request)})


def _shown(case: Case, items: list[Any], request: StaffRequest) -> list[dict[str, Any]]:
    faces = Faces(case, items, request.user.actor_id)
    found = [face for item in items if (face := faces.of(item))]
    return list({face["id"]: face for face in found}.values())
