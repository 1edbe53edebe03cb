# SPDX-License-Identifier: Apache-2.0
"""Measures as the case page and Today say them: what was ordered, by whom it is done, whether it still holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from krama.server.accounts.models import User
from krama.server.cases import wanted
from krama.server.cases.models import Item, Layer, Outcome, Wanted
from krama.server.measures import queries
from krama.server.measures.adapters import ADAPTERS
from krama.server.measures.by_hand import BY_HAND
from krama.server.measures.kinds import UNFINISHED, Kind, State
from krama.server.measures.models import HandTask, Measure

CHIPS = {"held": "due", "ordered": "due", "delivered": "due", "done": "ok", "failed": "stop", "overtaken": "words"}


def shown(ordered: list[Measure], *, may_decide: bool) -> list[dict[str, Any]]:
    """A case's measures, as its page shows them."""
    return [_measure(measure, may_decide) for measure in ordered]


def besides(items: list[Item], doers: dict[Kind, str]) -> list[dict[str, Any]]:
    """What may be chosen with a decision: on what ground, who would do it, and why it cannot be chosen."""
    has_account = any(item.account_key for item in items if item.decision_id is None)
    return [
        {
            "kind": kind.value,
            "label": kind.label,
            "grounds": [str(ground) for ground, kinds in wanted.CHOICES.items() if kind in kinds],
            "when": _when(kind),
            "cannot": _cannot(kind, has_account, Kind(kind.value) in doers),
        }
        for kind in Wanted.Kind
    ]


def follows(items: list[Item], doers: dict[Kind, str]) -> dict[str, Any]:
    """What a decision on these removes or shows again, and who is told; a scan or a report may name no content."""
    removes, restores = (bool(queries.acted_on(items, outcome)) for outcome in (Outcome.CONFIRM, Outcome.DISMISS))
    scanned = any(item.detection is not None for item in items)
    return {
        "removes": removes,
        "restores": restores,
        "is_content": removes or scanned,
        "remove_words": _asked(Kind.REMOVE, doers) if removes else "",
        "restore_words": _asked(Kind.RESTORE, doers) if restores else _not_shown_again(scanned=scanned),
    }


def _asked(kind: Kind, doers: dict[Kind, str]) -> str:
    """Who is told, if anybody: where nobody does it, a page must not say that somebody will."""
    removes = kind == Kind.REMOVE
    match doers.get(kind):
        case None:
            return (
                _("Nobody here can remove it yet. See Measures.")
                if removes
                else _("Nobody here can show it again yet. See Measures.")
            )
        case BY_HAND.name:
            return _("A person is asked to remove it.") if removes else _("A person is asked to show it again.")
        case _system:
            return _("Your system is told to remove it.") if removes else _("Your system is told to show it again.")


def _not_shown_again(*, scanned: bool) -> str:
    if scanned:
        return _("The app did not say which content it is, so nothing is shown again.")
    return _("Nothing was withheld, so nothing is shown again.")


def told(kinds: set[Kind]) -> str:
    """After a decision: who is told of all that is wanted. Nobody, where nothing is to be done in the firm's system."""
    ways = {queries.who_does(kind) for kind in kinds}
    if not ways:
        return _("Decided. The case is closed.")
    if None in ways:
        return _("Decided. Not all of it can be done here yet. See Measures.")
    if ways == {BY_HAND.name}:
        return _("Decided. A person is asked to do it.")
    if BY_HAND.name in ways:
        return _("Decided. The app is told at once, and a person is asked to do the rest.")
    return _("Decided. The app is told at once.")


def by_hand(reader: User) -> list[dict[str, Any]]:
    """What this person is asked to do in the firm's system, or to look at there again."""
    return [_task(task) for task in queries.tasks_of(reader)]


def _measure(measure: Measure, may_decide: bool) -> dict[str, Any]:
    is_open = measure.state in UNFINISHED
    late = is_open and measure.due_at < timezone.now()
    chip = {"kind": "stop", "text": _("Not confirmed in time")} if late else None
    failed = measure.state == State.FAILED or (measure.state == State.DONE and measure.check_said == Measure.Held.GONE)
    way = ADAPTERS[measure.adapter].label if measure.adapter in ADAPTERS else _("Nobody here can do it yet")
    return {
        "id": measure.pk,
        "label": measure.get_kind_display(),
        "by_rule": measure.by_rule,
        "way": way,
        "state": measure.state,
        "is_open": is_open,
        "chip": chip or {"kind": CHIPS[measure.state], "text": _state(measure)},
        "due": measure.due_at,
        "at": measure.confirmed_at or measure.delivered_at or measure.ordered_at,
        "may_again": may_decide and failed,
        **_looked_at(measure),
    }


def _state(measure: Measure) -> str:
    """Whose word it is: the firm's system says it, or a person who did it by hand."""
    if measure.adapter == BY_HAND.name and measure.state in (State.DONE, State.FAILED):
        return _("Done, as a person says") if measure.state == State.DONE else _("A person could not do it")
    return str(measure.get_state_display())


def _looked_at(measure: Measure) -> dict[str, Any]:
    """Whether it still holds. Without an answer that is never said to be well."""
    if measure.state != State.DONE:
        return {}
    if measure.check_said:
        kind = "ok" if measure.check_said == Measure.Held.HOLDS else "stop"
        return {"check": {"kind": kind, "text": measure.get_check_said_display()}, "check_at": measure.check_said_at}
    if measure.check_asked_at:
        late = timezone.now() - measure.check_asked_at > timedelta(minutes=settings.KRAMA_MEASURE_MINUTES)
        text = _("Not looked at again: nobody answered") if late else _("Asked whether it still holds")
        return {"check": {"kind": "due", "text": text}, "check_at": measure.check_asked_at}
    if measure.check_at:
        return {"check": {"kind": "words", "text": _("Is asked about again")}, "check_at": measure.check_at}
    return {}


def _when(kind: Wanted.Kind) -> str:
    law, policy = kind in wanted.CHOICES[Layer.LAW], kind in wanted.CHOICES[Layer.POLICY]
    if kind in wanted.CHOICES[Outcome.DISMISS]:
        return _("in any case")
    return _("under the law and our rules") if law and policy else _("under the law") if law else _("under our rules")


def _cannot(kind: Wanted.Kind, has_account: bool, is_able: bool) -> str:
    if kind in wanted.OF_ACCOUNTS and not has_account:
        return _("No account is known here.")
    return "" if is_able else _("Nobody here can do this yet. See Measures.")


def _task(task: HandTask) -> dict[str, Any]:
    measure = task.measure
    do = task.asks == HandTask.Asks.DO
    late = do and measure.due_at < timezone.now()
    return {
        "id": task.pk,
        "label": measure.get_kind_display(),
        "asks": task.get_asks_display(),
        "unit": task.unit.name if task.unit else "",
        "ref": measure.item.case.ref,
        "url": f"/cases/{measure.item.case.ref}",
        "chip": {"kind": "stop", "text": _("Not confirmed in time")} if late else None,
        "how": _how(do=do),
        "yes": _("Done") if do else _("It still holds"),
        "no": _("I could not") if do else _("It holds no longer"),
    }


def _how(*, do: bool) -> str:
    if do:
        return _("Open the case to see in your system which one it is. Do it there, then say so here.")
    return _("Open the case to see which one it is. Look in your system whether it is still so.")
