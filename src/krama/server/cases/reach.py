# SPDX-License-Identifier: Apache-2.0
"""Who may see which case, and do what in it: the one rule for objects, as a query, so that lists and counts obey too.

A case that somebody may not see does not exist for them. Being kept out (conflict of interest) is stronger than any
role. In a small firm somebody stands in: where no officer is free of conflict the leads keep the case, and where no
lead is, the reviewers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from krama.errors import NotAllowed, NotFound
from krama.server.accounts.may import ROLES, Operation, may
from krama.server.accounts.models import Key, Role, User
from krama.server.cases.models import Case, Item, Named, OwnAccount, Recusal, Sensitivity
from krama.server.trail.actor import Machine

REFERENCE = re.compile(r"C-[0-9A-Z]{6}")
ABOVE = {
    Role.OFFICER: (),
    Role.LEAD: (Role.OFFICER,),
    Role.REVIEWER: (Role.OFFICER, Role.LEAD),
}
IN_CASE = OuterRef(OuterRef("pk"))  # the case, seen from a person who is looked at for it


def visible(actor: object) -> QuerySet[Case]:
    """The cases that exist for this actor; none for whoever is nobody."""
    if isinstance(actor, Machine):
        return Case.objects.all()
    if isinstance(actor, Key):
        return _of_key(actor)
    if isinstance(actor, User) and may(actor, Operation.READ_CASES):
        return _to_person(actor).all()
    return Case.objects.none()


def sees(actor: object, case: Case) -> bool:
    """Is this case there for the actor, now?"""
    return visible(actor).filter(pk=case.pk).exists()


def found(actor: object, ref: str) -> Case:
    """The case of this reference; `NotFound` both where there is none and where the actor may not see it."""
    # Without asking, where it is no reference: it may be a child's id, and databases log what they are asked.
    row = visible(actor).filter(ref=ref.upper()).first() if REFERENCE.fullmatch(ref.upper()) else None
    if row is None:
        raise NotFound
    return row


def behind_glass(actor: object) -> QuerySet[Case]:
    """What may be opened in an emergency: every case but those the actor is kept out of."""
    if isinstance(actor, User) and may(actor, Operation.BREAK_GLASS):
        return Case.objects.exclude(kept_out(actor))
    return Case.objects.none()


def acts_of(actor: object) -> QuerySet[Case]:
    """The cases whose acts this reader may read about: who opened, held, agreed; never identities."""
    if isinstance(actor, User) and actor.role in (Role.AUDITOR, Role.ADMINISTRATOR) and actor.is_active:
        return Case.objects.exclude(kept_out(actor))
    return visible(actor)


def may_here(actor: object, operation: Operation, case: Case) -> bool:
    """May the actor do this in this case? Whoever keeps it may do what an officer may."""
    if operation == Operation.BREAK_GLASS:
        return behind_glass(actor).filter(pk=case.pk).exists()
    return operation in those_here(actor, (operation,), case)


def those_here(actor: object, operations: Collection[Operation], case: Case) -> set[Operation]:
    """Those of these operations that the actor may do in this case, with one question for all of them."""
    return those_of(actor, operations, case) if sees(actor, case) else set()


def those_of(actor: object, operations: Collection[Operation], case: Case) -> set[Operation]:
    """The same of a case that was just `found` for this actor."""
    mine = {one for one in operations if may(actor, one)}
    officers = {one for one in operations if one not in mine and Role.OFFICER in ROLES.get(one, frozenset())}
    return mine | officers if officers and isinstance(actor, User) and _keeps(actor, case) else mine


def require_here(actor: object, operation: Operation, case: Case) -> None:
    """`NotFound` where the actor may not know of the case, `NotAllowed` where their part in it is another."""
    if operation != Operation.BREAK_GLASS and not sees(actor, case):
        raise NotFound
    if not may_here(actor, operation, case):
        raise NotAllowed


def others_who_may(operation: Operation, case: Case, *, but: str) -> Iterator[User]:
    """Everybody else who is there and may do this in this case, one by one: whom a second look can be asked of."""
    deciders = User.objects.filter(is_active=True, role__in=ROLES[Operation.READ_CASES]).exclude(pk__in=_person(but))
    return (person for person in deciders.order_by("name") if may_here(person, operation, case))


def kept_out(person: User) -> Q:
    """Named, related or friend of somebody in it; or an account of their own stands in it."""
    own = OwnAccount.objects.filter(person=person).values("hash")
    return Q(
        Exists(Recusal.objects.filter(case=OuterRef("pk"), person=person))
        | Exists(Item.objects.filter(case=OuterRef("pk"), account_key__in=own))
    )


def conflicts_of(person: User) -> set[UUID]:
    """The cases that `kept_out` keeps from this person: as many as they have conflicts, which are few."""
    own = OwnAccount.objects.filter(person=person).values("hash")
    recused = set(Recusal.objects.filter(person=person).values_list("case", flat=True))
    return recused | set(Item.objects.filter(account_key__in=own).values_list("case", flat=True))


def hidden_refs(actor: User, refs: Iterable[str]) -> set[str]:
    """Of these references, those of cases the reader is kept out of."""
    return set(Case.objects.filter(kept_out(actor), ref__in=set(refs)).values_list("ref", flat=True))


def is_kept_out(actor: User) -> bool:
    """Is there any case that this person is kept out of?"""
    return bool(conflicts_of(actor))


def _to_person(person: User) -> QuerySet[Case]:
    """Made once a person, who lives as long as a request: pages ask ten times, and it takes milliseconds to make."""
    part = (person.role, person.unit_id)
    known: tuple[object, QuerySet[Case]] | None = person.__dict__.get("_visible")
    if known is None or known[0] != part:
        rows = Case.objects.filter(_known_to(person) | _kept_by(person)).exclude(kept_out(person))
        known = person.__dict__["_visible"] = (part, rows)
    return known[1]


def _known_to(person: User) -> Q:
    mine = Q(assignee=person) | Q(Exists(Named.objects.filter(case=OuterRef("pk"), person=person)))
    if person.role == Role.OFFICER:
        return Q(pk__isnull=False)
    if person.role == Role.LEAD:
        return mine | ~Q(sensitivity=Sensitivity.SEALED)
    ours = Q(unit=None) if person.unit_id is None else Q(unit=None) | Q(unit=person.unit_id)
    return mine | (Q(sensitivity=Sensitivity.NORMAL) & ours)


def _kept_by(person: User) -> Q:
    """Nobody above them is free to look at it."""
    whole = Q(pk__isnull=False)
    for role in ABOVE.get(Role(person.role), ()):
        whole &= Q(~_somebody_free(role))
    return whole if person.role in ABOVE else Q(pk__isnull=True)


def _somebody_free(role: Role) -> Exists:
    of_case = Item.objects.filter(case=OuterRef(OuterRef(OuterRef("pk")))).values("account_key")
    return Exists(
        User.objects.filter(is_active=True, role=role)
        .exclude(Exists(Recusal.objects.filter(case=IN_CASE, person=OuterRef("pk"))))
        .exclude(Exists(OwnAccount.objects.filter(person=OuterRef("pk"), hash__in=of_case)))
    )


def _keeps(person: User, case: Case) -> bool:
    return Case.objects.filter(_kept_by(person), pk=case.pk).exists()


def _of_key(key: Key) -> QuerySet[Case]:
    """A machine shows what it reads to whomever it likes: normal cases only, and none its owner is kept out of."""
    rows = Case.objects.filter(sensitivity=Sensitivity.NORMAL)
    return rows if key.owner is None else rows.exclude(kept_out(key.owner))


def _person(actor_id: str) -> list[str]:
    try:
        return [str(UUID(actor_id))]
    except ValueError:  # a machine asked
        return []
