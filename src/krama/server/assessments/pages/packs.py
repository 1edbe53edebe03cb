# SPDX-License-Identifier: Apache-2.0
"""Pages on proof packs: make one and save it, and see which were made."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may
from krama.server.assessments.actions import packs as actions
from krama.server.assessments.forms.packs import PackForm
from krama.server.assessments.queries import packs as queries


@page(Operation.READ_GUIDELINES)
def packs(request: StaffRequest) -> HttpResponse:
    """What a pack is, a button that makes one, and the hashes of those that were made."""
    return _packs(request, PackForm())


@page(Operation.READ_TRAIL, "POST")
def make(request: StaffRequest) -> HttpResponse:
    """A pack, made now and saved by the browser; Krama keeps its hashes and not the file."""
    form = PackForm(request.POST)
    if not form.is_valid():
        return _packs(request, form, status=422)
    pack = actions.make(request.user, number=form.cleaned_data["edition"])
    headers = {"Content-Disposition": f'attachment; filename="{pack.name}"'}
    return HttpResponse(pack.made.content, content_type="application/zip", headers=headers)


def _packs(request: StaffRequest, form: PackForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "packs": queries.packs(),
        "has_edition": bool(queries.editions_to_pack()),
        "may_make": may(request.user, Operation.READ_TRAIL),
    }
    return render(request, "assessments/packs.html", context, status=status)
