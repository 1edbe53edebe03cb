# SPDX-License-Identifier: Apache-2.0
"""What may be chosen with a decision, by its layer: the law and the firm's own rules allow different things."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from krama.errors import BadInput, Conflict
from krama.server.cases.models import Case, Decision, Item, Layer, Outcome
from krama.server.cases.models.wanted import Wanted
from krama.server.cases.registry import may_leave

Kind = Wanted.Kind
STRIKES = frozenset({Kind.RESTRICT, Kind.SUSPEND})  # against a person, who may be a child too; a warning is no strike
OF_ACCOUNTS = STRIKES | {Kind.WARN, Kind.HELP}
CHOICES: dict[str, tuple[Kind, ...]] = {
    # No warning under the law: it would tell somebody whom the police may look for.
    Layer.LAW: (Kind.RESTRICT, Kind.SUSPEND, Kind.PRESERVE, Kind.HELP),
    # Keeping for an authority needs more than the firm's own rules.
    Layer.POLICY: (Kind.WARN, Kind.RESTRICT, Kind.SUSPEND, Kind.HELP),
    Outcome.DISMISS: (Kind.HELP,),
}


class MayNotLeave(Conflict):
    """Something must be written before a measure against a person may leave this case: nothing was decided."""

    code = "may_not_leave"


def choices(outcome: str, layer: str) -> tuple[Kind, ...]:
    return CHOICES.get(layer if outcome == Outcome.CONFIRM else outcome, ())


def check(case: Case, items: Iterable[Item], *, outcome: str, layer: str, also: Sequence[str]) -> None:
    """Refuse what this layer does not allow, what has no account to act on, and what may not leave yet."""
    allowed = choices(outcome, layer)
    if strangers := [kind for kind in also if kind not in allowed]:
        raise BadInput(f"With this outcome and layer `also` may not hold {strangers[0]}.", field="also")
    if OF_ACCOUNTS.intersection(also) and not any(item.account_key for item in items):
        raise BadInput("No account is known in this case, so nothing can be done to one.", field="also")
    if STRIKES.intersection(also) and (reason := may_leave(case)):
        raise MayNotLeave(str(reason))


def leave(decision: Decision, also: Sequence[str]) -> None:
    """A row for each, in the decision's own transaction."""
    Wanted.objects.bulk_create(Wanted(decision=decision, kind=kind) for kind in dict.fromkeys(also))
