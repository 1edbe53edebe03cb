# SPDX-License-Identifier: Apache-2.0
"""Pages on lists."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from krama.errors import NotFound
from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation, may
from krama.server.lists import actions, queries
from krama.server.lists.forms import ListForm
from krama.server.lists.models import List, ListedSignal


@page(Operation.READ_LISTS)
def lists(request: StaffRequest) -> HttpResponse:
    """Every list, and what the scanners hold."""
    context = {
        "lists": queries.lists(),
        "snapshot": queries.latest_publication(),
        "may_edit": may(request.user, Operation.CHANGE_LISTS),
    }
    return render(request, "lists/lists.html", context)


@page(Operation.CHANGE_LISTS, "GET", "POST")
def add(request: StaffRequest) -> HttpResponse:
    """A new list."""
    form = ListForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = actions.save_list(request.user, row=form.save(commit=False))
        return redirect("lists:list", pk=row.pk)
    return render(request, "lists/list_add.html", {"form": form})


@page(Operation.READ_LISTS)
def show(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One list: its facts and its signals."""
    row = _row(pk)
    may_edit = may(request.user, Operation.CHANGE_LISTS)
    signals = Paginator(ListedSignal.objects.filter(list=row).order_by("-pk"), 50)
    context = {
        "list": row,
        "page": signals.get_page(request.GET.get("page")),
        "form": ListForm(instance=row) if may_edit else None,
        "may_edit": may_edit,
    }
    return render(request, "lists/list.html", context)


@page(Operation.CHANGE_LISTS, "POST")
def change(request: StaffRequest, pk: UUID) -> HttpResponse:
    """A list's facts, corrected."""
    row = _row(pk)
    form = ListForm(request.POST, instance=row)
    if not form.is_valid():
        return render(request, "lists/list.html", {"list": row, "form": form, "may_edit": True}, status=422)
    actions.save_list(request.user, row=form.save(commit=False))
    messages.success(request, _("Saved. Publish the lists so that the scanners use it."))
    return redirect("lists:list", pk=pk)


@page(Operation.CHANGE_LISTS, "POST")
def publish(request: StaffRequest) -> HttpResponse:
    """The lists go to the scanners."""
    actions.publish(request.user)
    messages.success(request, _("Published. Every scanner uses it within seconds."))
    return redirect("lists:lists")


def _row(pk: UUID) -> List:
    row = List.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row
