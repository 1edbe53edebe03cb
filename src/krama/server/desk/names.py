# SPDX-License-Identifier: Apache-2.0
"""What a person reads for whoever acted."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from krama.server.accounts.models import Key, User
from krama.server.trail.models import Entry


def actor_labels(entries: Iterable[Entry], staff: Iterable[User] | None = None) -> dict[UUID, str]:
    """Names of people and keys; Krama's own acts are said in words. `staff`: everybody, where a page has read them."""
    rows = list(entries)
    people = {entry.actor_id for entry in rows if entry.actor_kind == "person" and _is_uuid(entry.actor_id)}
    known = User.objects.filter(pk__in=people).only("name") if staff is None else staff
    names = {str(user.pk): user.name for user in known}
    prefixes = {entry.actor_id for entry in rows if entry.actor_kind == "key"}
    names |= dict(Key.objects.filter(prefix__in=prefixes).values_list("prefix", "name"))
    return {entry.pk: _label(entry, names) for entry in rows}


def _is_uuid(text: str) -> bool:
    # An altered row may hold anything, and the auditor must still see the page.
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _label(entry: Entry, names: dict[str, str]) -> str:
    if entry.actor_kind == "outside":
        return _("somebody outside the firm, named for one second look")
    if entry.actor_kind in ("person", "key"):
        return names.get(entry.actor_id, entry.actor_id)
    return {
        "scanner": _("the scanner"),
        "collector": _("the system itself"),
        "delivery": _("the system itself"),
        "terminal": _("a command on the server"),
    }.get(entry.actor_id, _("the system itself"))
