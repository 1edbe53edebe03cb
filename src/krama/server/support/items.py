# SPDX-License-Identifier: Apache-2.0
"""What of a case could be removed, called as the case page calls it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from krama.server.cases.actions.removal import names_content
from krama.server.cases.models import Case, Item, Outcome
from krama.server.cases.queries.case import items_of
from krama.server.support.models import Removal


def removable(case: Case) -> list[tuple[str, Any]]:
    """Items whose content the firm's system knows, and whose removal nobody has asked for or ordered."""
    asked = set(case.removals.filter(state=Removal.State.ASKED).values_list("item", flat=True))
    numbered = enumerate(items_of(case), start=1)
    return [
        (str(item.pk), label(number, item)) for number, item in numbered if item.pk not in asked and _is_removable(item)
    ]


def label(number: int, item: Item) -> str:
    text = _("Item %(n)s: a report") if item.report_id else _("Item %(n)s: found by the scanner")
    return text % {"n": number}


def _is_removable(item: Item) -> bool:
    decided = item.decision.outcome if item.decision else ""
    return decided != Outcome.CONFIRM and names_content(item)
