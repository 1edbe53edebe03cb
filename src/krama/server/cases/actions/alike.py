# SPDX-License-Identifier: Apache-2.0
"""One look, many cases: each gets its own decision, entries and timeline, or is left as it was, and says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from krama.errors import BadInput, Conflict, NotFound
from krama.server.accounts.models import User
from krama.server.cases import giving
from krama.server.cases.actions.decide import decide
from krama.server.cases.actions.grounds import NOTHING, Said
from krama.server.cases.actions.queue import HeldByAnother, NotGiven, take
from krama.server.cases.models import Case, Item
from krama.server.cases.queries.alike import MOST, Member, members
from krama.server.cases.wanted import choices
from krama.server.trail.actor import Actor


@dataclass(frozen=True)
class Left:
    """A case that was not decided with the others, by the code of what stood in the way."""

    ref: str
    code: str
    holder: str = ""


@transaction.atomic
def decide_alike(
    actor: Actor,
    *,
    cases: Mapping[str, Sequence[UUID]],
    outcome: str,
    layer: str,
    reason: str,
    decided_by: str,
    also: Sequence[str] = (),
    said: Said = NOTHING,
) -> tuple[list[str], list[Left]]:
    """Decide these cases, each with the items that were shown, in one transaction; what changed meanwhile is left."""
    if not cases or len(cases) > MOST:
        raise BadInput(f"Name between one and {MOST} cases.", field="cases")
    if strangers := set(also) - set(choices(outcome, layer)):
        raise BadInput(f"With this outcome and layer `also` may not hold {min(strangers)}.", field="also")
    # All of them in one order, which is the collector's: two who decide the same cluster never wait in a ring.
    list(Case.objects.select_for_update().filter(ref__in=list(cases)).order_by("pk"))
    words = {"outcome": outcome, "layer": layer, "reason": reason, "decided_by": decided_by}
    decided, left = list[str](), list[Left]()
    for ref, items in cases.items():
        try:
            with transaction.atomic():
                decide(actor, ref=ref, items=items, also=also, said=said, **words)
        except (Conflict, NotFound) as problem:
            left.append(Left(ref, problem.code, str(problem.fields.get("holder", ""))))
        except BadInput as problem:
            if problem.fields.get("field") != "also":
                raise
            left.append(Left(ref, "no_account"))
        else:
            decided.append(ref)
    return decided, left


@transaction.atomic
def take_alike(actor: User, *, cluster: UUID) -> int:
    """Take every case of it that nobody has; how many."""
    found, taken = given_of(actor, cluster), 0
    if not found:
        raise NotFound
    if said := giving.may_take(actor, found[0].case):
        raise NotGiven(str(said.words))
    for member in sorted(found, key=lambda one: one.case.pk):
        try:
            take(actor, case=member.case)
            taken += 1
        except (HeldByAnother, NotFound, Conflict):
            continue
    return taken


def given_of(person: User, cluster: UUID) -> list[Member]:
    """Of a cluster what may be given to this person; the others they open one by one, where they are asked."""
    found = members(person, cluster)
    given = giving.given_to(person, Case.objects.filter(pk__in=[one.case.pk for one in found]))
    pks = set(given.values_list("pk", flat=True))
    return [one for one in found if one.case.pk in pks]


def shown_in(refs: Sequence[str], items: Sequence[UUID]) -> dict[str, list[UUID]]:
    """What was shown, by case: only of these cases."""
    found: dict[str, list[UUID]] = {ref: [] for ref in refs}
    for pk, ref in Item.objects.filter(pk__in=items, case__ref__in=refs).values_list("pk", "case__ref"):
        found[ref].append(pk)
    return {ref: named for ref, named in found.items() if named}
