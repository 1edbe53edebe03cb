# SPDX-License-Identifier: Apache-2.0
"""Writing who may see a case: assigned, named, kept out, and how sensitive it is. Rules only raise; people explain."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.server.accounts.may import Operation, may
from krama.server.accounts.models import Role, Unit, User
from krama.server.cases import giving, reach
from krama.server.cases.actions import looks as actions_looks
from krama.server.cases.actions.notes import notes_of
from krama.server.cases.actions.queue import leave
from krama.server.cases.models import Case, Look, Named, OwnAccount, Recusal, Sensitivity, SensitivityChange
from krama.server.cases.sensitivity import by_rule, more
from krama.server.compartments.actions import reseal
from krama.server.detections.scanner import identifiers
from krama.server.trail.actions import record
from krama.server.trail.actor import COLLECTOR, Actor
from krama.server.trail.events import Event
from krama.server.web.storable import storable

MOST_ACCOUNTS = 20


@transaction.atomic
def assign(actor: Actor, *, case: Case, person: User | None, unit: Unit | None) -> Case:
    """Whose case it is: a person's, a unit's, both or nobody's."""
    row = _locked(actor, Operation.ASSIGN_CASES, case)
    _check_person(row, person)
    if person is not None and person.pk != row.assignee_id and not giving.is_given(person, row):
        # Word for word what is said of somebody in conflict: whoever assigns cannot tell the one from the other.
        raise BadInput("This person does not work on cases, or may not see this one.", field="person")
    if unit is not None and not unit.is_active:
        raise BadInput("This unit is closed; choose one that works.", field="unit")
    _hand(actor, row, person, unit)
    return row


@transaction.atomic
def name_person(actor: Actor, *, case: Case, person: User, named: bool = True) -> None:
    """Let somebody see this case whatever its sensitivity, or no longer."""
    row = _locked(actor, Operation.ASSIGN_CASES, case)
    if named:
        _check_person(row, person)
        _row, changed = Named.objects.get_or_create(case=row, person=person, defaults={"at": timezone.now()})
    else:
        changed = bool(Named.objects.filter(case=row, person=person).delete()[0])
    if changed:
        details = {"person": str(person.pk), "named": named}
        record(actor, Event.CASE_NAMED, subject_kind="case", subject_id=row.ref, details=details)


@transaction.atomic
def change_sensitivity(actor: Actor, *, case: Case, to: str, reason: str) -> Case:
    """More sensitive at once; less sensitive only when a second person agrees, and never below what the rules say."""
    row = _locked(actor, Operation.CHANGE_SENSITIVITY, case)
    if to not in Sensitivity.values or to == row.sensitivity:
        raise BadInput(f"`to` is another of {', '.join(Sensitivity.values)}.", field="to")
    _check_words(reason)
    before, wanted = Sensitivity(row.sensitivity), Sensitivity(to)
    if more(wanted, by_rule(row)) != wanted:
        raise Conflict("The rules ask for more than that: of what the case names, or how grave it is.")
    change = _keep_change(actor, row, wanted, reason)
    if more(before, wanted) == wanted:
        raise_to(actor, row, wanted)
        if isinstance(actor, User) and not reach.sees(actor, row):
            Named.objects.get_or_create(case=row, person=actor, defaults={"at": timezone.now()})
    else:
        actions_looks.ask(actor, kind=Look.Kind.LOWERING, case=row, subject=change.pk)
    return row


@transaction.atomic
def declare(actor: User, *, case: Case, ground: str) -> None:
    """I know somebody in this case: it is closed to me at once, and somebody else has it."""
    row = _locked(actor, Operation.DECLARE_CONFLICT, case)
    _keep_out(actor, row, actor, Recusal.How.DECLARED, ground)


@transaction.atomic
def mark(actor: Actor, *, case: Case, person: User, ground: str) -> None:
    """Somebody else may not see this case; at once, and a second person looks at it afterwards."""
    row = _locked(actor, Operation.MARK_CONFLICT, case)
    if actor.actor_id == person.actor_id:
        raise BadInput("Say it for yourself with the other form.", field="person")
    recusal = _keep_out(actor, row, person, Recusal.How.MARKED, ground)
    asked = Look.objects.filter(kind=Look.Kind.RECUSAL, subject=recusal.pk).exists()
    if recusal.how == Recusal.How.MARKED and not asked:
        actions_looks.ask(actor, kind=Look.Kind.RECUSAL, case=row, subject=recusal.pk)


@transaction.atomic
def declare_accounts(actor: User, *, ids: list[str]) -> int:
    """My own accounts in the firm's service, as keyed hashes: every case with one of them is closed to me, for good."""
    if not may(actor, Operation.SIGNED_IN):
        raise NotFound
    wanted = {identifiers().of("account", one.strip()) for one in ids if one.strip() and storable(one)}
    known = set(OwnAccount.objects.filter(person=actor).values_list("hash", flat=True))
    if not wanted - known:
        raise BadInput("Write the id of one account a line.", field="ids")
    if len(wanted | known) > MOST_ACCOUNTS:
        raise BadInput(f"At most {MOST_ACCOUNTS} accounts a person; ask the officer about more.", field="ids")
    now = timezone.now()
    OwnAccount.objects.bulk_create([OwnAccount(person=actor, hash=one, at=now) for one in sorted(wanted - known)])
    details = {"count": len(wanted - known)}
    record(actor, Event.ACCOUNTS_DECLARED, subject_kind="person", subject_id=actor.pk, details=details)
    for case in Case.objects.filter(items__account_key__in=wanted - known).distinct().order_by("pk"):
        settle(Case.objects.select_for_update().get(pk=case.pk))
    return len(wanted - known)


def let_in(actor: Actor, *, case: Case, person: User) -> None:
    """Whoever was called at night and came: they must open it. Not where named people only may, nor who is kept out.

    Called in the transaction that lets them take it.
    """
    if not may(person, Operation.READ_CASES) or case.sensitivity == Sensitivity.SEALED or reach.sees(person, case):
        return
    _check_person(case, person)
    if Named.objects.get_or_create(case=case, person=person, defaults={"at": timezone.now()})[1]:
        details = {"person": str(person.pk), "named": True}
        record(actor, Event.CASE_NAMED, subject_kind="case", subject_id=case.ref, details=details)


def forget_gone() -> int:
    """The accounts of whoever works here no more; the cases that were closed to them stay so."""
    return OwnAccount.objects.filter(person__is_active=False).delete()[0]


def settle(case: Case) -> None:
    """What the rules say of a case that changed: owners of its accounts are out, and it is as sensitive as it must be.

    Called with the case locked, by whoever let something join it.
    """
    accounts = case.items.exclude(account_key="").values("account_key")
    for own in OwnAccount.objects.filter(hash__in=accounts).select_related("person"):
        if not Recusal.objects.filter(case=case, person=own.person).exists():
            _keep_out(COLLECTOR, case, own.person, Recusal.How.ACCOUNT, Recusal.Ground.SELF)
    wanted = by_rule(case)
    if more(Sensitivity(case.sensitivity), wanted) != case.sensitivity:
        raise_to(COLLECTOR, case, wanted)


def raise_to(actor: Actor, case: Case, to: Sensitivity) -> None:
    """Fewer may know from now on."""
    details = {"from": str(case.sensitivity), "to": str(to)}
    case.sensitivity = to
    case.save(update_fields=["sensitivity"])
    record(actor, Event.CASE_SENSITIVITY, subject_kind="case", subject_id=case.ref, details=details)


def _locked(actor: Actor, operation: Operation, case: Case) -> Case:
    row = Case.objects.select_for_update().get(pk=case.pk)
    reach.require_here(actor, operation, row)
    return row


def _check_person(case: Case, person: User | None) -> None:
    if person is None:
        return
    if not may(person, Operation.READ_CASES) or Case.objects.filter(reach.kept_out(person), pk=case.pk).exists():
        raise BadInput("This person does not work on cases, or may not see this one.", field="person")


def _hand(actor: Actor, case: Case, person: User | None, unit: Unit | None) -> None:
    case.assignee, case.unit = person, unit
    case.save(update_fields=["assignee", "unit"])
    details = {"person": str(person.pk) if person else "", "unit": str(unit.pk) if unit else ""}
    record(actor, Event.CASE_ASSIGNED, subject_kind="case", subject_id=case.ref, details=details)


def _keep_out(actor: Actor, case: Case, person: User, how: Recusal.How, ground: str) -> Recusal:
    if ground not in Recusal.Ground.values:
        raise BadInput(f"`ground` is one of {', '.join(Recusal.Ground.values)}.", field="ground")
    known = Recusal.objects.filter(case=case, person=person).first()
    if known is not None:
        return known
    pk = uuid4()
    sealed = reseal(notes_of(case), ground.encode(), *place_of("recusal", pk))
    row = Recusal.objects.create(id=pk, case=case, person=person, how=how, sealed_ground=sealed, at=timezone.now())
    Named.objects.filter(case=case, person=person).delete()
    leave(case, person)
    details = {"how": str(how)} | ({"person": str(person.pk)} if how == Recusal.How.MARKED else {})
    record(actor, Event.CASE_RECUSED, subject_kind="case", subject_id=case.ref, details=details)
    wanted = Sensitivity.SEALED if ground == Recusal.Ground.SELF else Sensitivity.RESTRICTED
    if more(Sensitivity(case.sensitivity), wanted) != case.sensitivity:
        raise_to(actor, case, wanted)
    if case.assignee_id == person.pk:
        _hand(actor, case, _free_for(case, person), case.unit)
    return row


def _free_for(case: Case, person: User) -> User | None:
    """Who takes over: an officer, else a lead, else whoever may decide it; None when nobody is free."""
    rank = [Role.OFFICER, Role.LEAD, Role.REVIEWER]
    others = reach.others_who_may(Operation.DECIDE_CASES, case, but=person.actor_id)
    free = [one for one in others if giving.is_given(one, case)]
    return min(free, key=lambda one: (rank.index(Role(one.role)), one.name), default=None)


def _keep_change(actor: Actor, case: Case, to: Sensitivity, reason: str) -> SensitivityChange:
    pk = uuid4()
    return SensitivityChange.objects.create(
        id=pk,
        case=case,
        at=timezone.now(),
        before=case.sensitivity,
        after=to,
        sealed_reason=reseal(notes_of(case), reason.strip().encode(), *place_of("sensitivity", pk)),
        asked_by=actor.actor_id,
    )


def _check_words(words: str) -> None:
    if not words.strip() or len(words) > 2_000 or not storable(words):
        raise BadInput("Say why, in at most 2000 characters.", field="reason")


def place_of(what: str, pk: UUID) -> tuple[str, UUID, str]:
    """Where the words about a case are sealed: nowhere else do they open."""
    return (what, pk, "words")
