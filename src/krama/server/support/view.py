# SPDX-License-Identifier: Apache-2.0
"""What the support page says, and which of its forms stand on it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.countries import Pack
from krama.learning import lesson
from krama.server.accounts.guard import StaffRequest
from krama.server.accounts.models import User
from krama.server.cases import peer
from krama.server.cases.models import Case
from krama.server.cases.queries.case import items_of
from krama.server.countries.queries import pack
from krama.server.support import forms, queries
from krama.server.support.actions.plan import NEXT
from krama.server.support.actions.refer import HELPLINE, Whose
from krama.server.support.items import label, removable
from krama.server.support.models import FIRST_FOR_PEERS, FollowUp, Referral, Removal, Step, What
from krama.server.web.wording import awaits_reader, corrected

TAKE_BACK, SERVICE = "threat", "take-it-down"  # the lesson that exists, and the contact of the country's facts
CHIPS = {Step.State.OFFERED: "due", Step.State.AGREED: "due", Step.State.DECLINED: "words", Step.State.DONE: "ok"}


def view(request: StaffRequest, case: Case, sent: dict[str, Any]) -> dict[str, Any]:
    """The whole page; `sent` are forms that came back."""
    names = {str(pk): name for pk, name in User.objects.values_list("pk", "name")}
    facts, today = pack(), timezone.localdate()
    return {
        "ref": case.ref,
        "case_url": f"/cases/{case.ref}",
        "here": f"/cases/{case.ref}/support",
        "on_peer_path": peer.on_peer_path(case),
        "first": [(one.value, one.label) for one in FIRST_FOR_PEERS],
        "may_leave": peer.may_leave(case),
        "wish": peer.wish_shown(peer.wish_of(case)),
        "steps": [_step(row, said, names) for row, said in queries.steps_of(case)],
        "referrals": [_referral(row, said, names, facts) for row, said in queries.referrals_of(case)],
        "helpline": _contact(facts, HELPLINE),
        "follow_ups": [follow_up(row, words, found, today) for row, words, found in queries.follow_ups_of(case)],
        "trusted": queries.trusted_of(case, request.user),
        "removals": _removals(case, names),
        "guidance": guidance(),
        "service": _contact(facts, SERVICE),
        "forms": _forms(request, case, sent),
    }


def _forms(request: StaffRequest, case: Case, sent: dict[str, Any]) -> dict[str, Any]:
    """A name of a form has an underline where its address has a dash."""
    what = request.GET.get("what", "")
    items = removable(case)
    fresh: dict[str, Any] = {
        "offer": forms.OfferForm(initial={"what": what} if what in What.values else None, auto_id="id_offer_%s"),
        "refer": forms.ReferForm(auto_id="id_refer_%s"),
        "follow_up": forms.FollowUpForm(auto_id="id_follow_%s"),
        "trusted": forms.TrustedForm(auto_id="id_trusted_%s"),
        "open": forms.OpenTrustedForm(auto_id="id_open_%s"),
        "removal": forms.RemovalForm(items=items, auto_id="id_removal_%s") if items else None,
    }
    return fresh | {act.replace("-", "_"): form for act, form in sent.items()}


def _step(row: Step, said: dict[str, str], names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": row.pk,
        "what": What(said["what"]).label if said else _("destroyed"),
        "words": said.get("words", ""),
        "chip": {"kind": CHIPS[Step.State(row.state)], "text": row.get_state_display()},
        "at": row.changed_at,
        "who": names.get(row.by, ""),
        "next": [(to.value, to.label) for to in NEXT[Step.State(row.state)]],
    }


def _referral(row: Referral, said: dict[str, str], names: dict[str, str], facts: Pack) -> dict[str, Any]:
    whose = said.get("whose", "")
    return {
        "to": _contact(facts, row.to),
        "basis": row.get_basis_display(),
        "whose": Whose(whose).label if whose else "",
        "on": said.get("on", ""),
        "how": said.get("how", ""),
        "danger": said.get("danger", ""),
        "at": row.at,
        "who": names.get(row.by, ""),
    }


def follow_up(row: FollowUp, words: str, found: str, today: date) -> dict[str, Any]:
    return {"row": row, "words": words, "found": found, "chip": chip_of(row, today)}


def chip_of(row: FollowUp, today: date) -> dict[str, str]:
    """Late is red, soon is amber, in words as well."""
    if row.done_at is not None:
        return {"kind": "ok", "text": _("done")}
    text = _("late since %(day)s") if row.due_on < today else _("by %(day)s")
    kind = "stop" if row.due_on < today else "due" if row.due_on <= today + queries.SOON else "words"
    return {"kind": kind, "text": text % {"day": row.due_on.isoformat()}}


def _removals(case: Case, names: dict[str, str]) -> list[dict[str, Any]]:
    numbers = {item.pk: label(number, item) for number, item in enumerate(items_of(case), start=1)}
    return [
        {
            "id": row.pk,
            "what": numbers.get(row.item_id, ""),
            "whose": Whose(said["whose"]).label if said else "",
            "words": said.get("words", ""),
            "state": row.get_state_display(),
            "open": row.state == Removal.State.ASKED,
            "reason": reason,
            "at": row.decided_at or row.asked_at,
            "who": names.get(row.decided_by or row.asked_by, ""),
        }
        for row, said, reason in queries.removals_of(case)
    ]


def guidance() -> dict[str, Any]:
    """How to take a picture back: the lesson that children read, as it stands there."""
    language = get_language() or "en"
    raw = lesson(TAKE_BACK)
    shown = corrected(raw)
    return {
        "title": shown.title.in_(language),
        "lines": [(line.shape, line.text.in_(language)) for line in shown.lines],
        "url": f"/learn/{TAKE_BACK}",
        "unread": language == "km" and raw.reviewer is None and awaits_reader(raw),
    }


def _contact(facts: Pack, pk: str) -> dict[str, Any] | None:
    found = facts.contact(pk)
    if found is None:
        return None
    return {
        "name": found.text.in_(get_language() or "en"),
        "phones": found.phones,
        "web": found.web,
        "verified_on": found.verified_on,
    }
