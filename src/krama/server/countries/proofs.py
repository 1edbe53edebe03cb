# SPDX-License-Identifier: Apache-2.0
"""What the country's facts witness: that the contacts shown to people were confirmed not long ago."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from krama.countries import stale
from krama.countries.stale import HOLDS
from krama.guidelines.live import Definition, Look, Seen
from krama.server.countries.queries import pack


def contacts_verified(now: datetime) -> Seen:
    held = pack()
    shown = {contact.id for contact in held.contacts if contact.reachable}  # nobody is sent where nobody answers
    amber = {found.entry.id for found in stale(held, timezone.localdate(now)) if found.group == "contacts"} & shown
    confirmed = [contact for contact in held.contacts if contact.id in shown and contact.verified_on]
    figures = {
        "contacts": len(shown),
        "confirmed": len(shown - amber),
        "amber": len(amber),
        "without": len(held.contacts) - len(shown),
        "version": held.version,
    }
    if not confirmed:
        return Seen("unknown", _("Nobody has confirmed a contact yet."), figures)
    if amber:
        return Seen("fail", _("Contacts that nobody confirmed in time: %(amber)s of %(contacts)s."), figures)
    return Seen("pass", _("All %(contacts)s contacts were confirmed in time."), figures)


PROOFS: dict[str, Look] = {"live.contacts-verified": contacts_verified}
DEFINITIONS = {
    "live.contacts-verified": Definition(
        _("Each contact that can be reached was confirmed by a person of the firm in the last %(days)s days."),
        _("Call or visit the contact, and record the day; a second person accepts the change."),
        {
            "contacts": _("Contacts that can be reached"),
            "confirmed": _("Of these confirmed in time"),
            "amber": _("Of these not confirmed in time"),
            "without": _("Contacts without a way to reach them"),
            "version": _("Version of the country’s facts"),
        },
        lambda: {"days": HOLDS["contacts"]},
        page="countries:country",
    ),
}
