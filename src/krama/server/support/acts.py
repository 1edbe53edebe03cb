# SPDX-License-Identifier: Apache-2.0
"""Which form of the support page does what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms as django_forms
from django.utils.translation import gettext as _

from krama.errors import NotFound
from krama.server.accounts.guard import StaffRequest
from krama.server.accounts.second_factor import given
from krama.server.cases.models import Case
from krama.server.support import actions, forms
from krama.server.support.actions.refer import Consent
from krama.server.support.items import removable
from krama.server.support.models import Referral, Removal

Given = dict[str, Any]


@dataclass(frozen=True)
class Act:
    """What a form asks, and what it does; `write` says in words what was done."""

    asks: type[django_forms.Form]
    write: Callable[[StaffRequest, Case, Given], str]
    of_items: bool = False

    def form(self, request: StaffRequest, case: Case) -> Any:
        more: Given = {"items": removable(case)} if self.of_items else {}
        return self.asks(request.POST, **more)


def _offer(request: StaffRequest, case: Case, said: Given) -> str:
    actions.offer(request.user, case=case, **said)
    return _("It stands in the plan.")


def _move(request: StaffRequest, case: Case, said: Given) -> str:
    step = case.support_steps.filter(pk=said["step"]).first()
    if step is None:
        raise NotFound
    actions.move(request.user, step=step, to=said["to"])
    return _("Saved.")


def _refer(request: StaffRequest, case: Case, said: Given) -> str:
    by_consent = said["basis"] == Referral.Basis.CONSENT
    consent = Consent(said["whose"], said["on"], said["how"]) if by_consent else None
    actions.refer(request.user, case=case, consent=consent, danger="" if by_consent else said["danger"])
    return _("Recorded. Krama sends nothing: make the call yourself.")


def _follow_up(request: StaffRequest, case: Case, said: Given) -> str:
    actions.follow_up(request.user, case=case, **said)
    return _("Set. Today reminds you of it.")


def _followed_up(request: StaffRequest, case: Case, said: Given) -> str:
    row = case.follow_ups.filter(pk=said["follow_up"]).first()
    if row is None:
        raise NotFound
    actions.followed_up(request.user, follow_up=row, words=said["words"])
    return _("Saved.")


def _trusted(request: StaffRequest, case: Case, said: Given) -> str:
    actions.name_trusted(request.user, case=case, **said)
    return _("Sealed with the case. It opens for a purpose, as identities do.")


def _open(request: StaffRequest, case: Case, said: Given) -> str:
    actions.open_trusted(request.user, case=case, purpose=said["purpose"], second=given(request))
    return _("Open for you for fifteen minutes.")


def _contacted(request: StaffRequest, case: Case, _said: Given) -> str:
    actions.contacted(request.user, case=case)
    return _("Written down. Keep to the way that the child agreed to.")


def _removal(request: StaffRequest, case: Case, said: Given) -> str:
    actions.ask_removal(request.user, case=case, **said)
    return _("Asked. A person decides.")


def _decide(request: StaffRequest, case: Case, said: Given) -> str:
    row = Removal.objects.select_related("case").filter(case=case, pk=said["removal"]).first()
    if row is None:
        raise NotFound
    agreed = said["agreed"] == "yes"
    facts = {"agreed": agreed, "reason": said["reason"], "decided_by": request.user.name}
    actions.decide_removal(request.user, removal=row, **facts)
    return _("Decided. The case shows whether it is done.") if agreed else _("Saved.")


ACTS = {
    "offer": Act(forms.OfferForm, _offer),
    "move": Act(forms.MoveForm, _move),
    "refer": Act(forms.ReferForm, _refer),
    "follow-up": Act(forms.FollowUpForm, _follow_up),
    "followed-up": Act(forms.FollowedUpForm, _followed_up),
    "trusted": Act(forms.TrustedForm, _trusted),
    "open": Act(forms.OpenTrustedForm, _open),
    "contacted": Act(forms.ContactedForm, _contacted),
    "removal": Act(forms.RemovalForm, _removal, of_items=True),
    "decide": Act(forms.DecideRemovalForm, _decide),
}
