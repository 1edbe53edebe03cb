# SPDX-License-Identifier: Apache-2.0
"""Second looks. What protects goes ahead when nobody else is there, and the look stays an alarm; what protects less
waits. Nobody gives the look they asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.server.accounts.may import Operation
from krama.server.accounts.models import Key
from krama.server.accounts.second_factor import SecondFactor
from krama.server.cases import reach
from krama.server.cases.actions.notes import notes_of
from krama.server.cases.actions.undecide import settle_decision
from krama.server.cases.models import Case, Look, PeerMark, Recusal, Sensitivity, SensitivityChange
from krama.server.cases.sensitivity import by_rule, more
from krama.server.compartments.actions import hold as holds
from krama.server.compartments.actions import identity, reseal
from krama.server.compartments.models import Extension, Hold, Opening, Pseudonym
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event
from krama.server.web.storable import storable

Effect = Callable[[Actor, Look, bool], None]


@transaction.atomic
def ask(actor: Actor, *, kind: Look.Kind, case: Case, subject: UUID) -> Look:
    """A second person is asked; where nobody is there, a protective act goes ahead and the look is deferred."""
    rule, by = RULES[kind], person_of(actor)
    first = rule.goes_first or (rule.first_in_danger and case.is_emergency)
    first = first or (rule.protects and _is_alone(by, rule.operation, case))
    state = Look.State.DEFERRED if first else Look.State.WAITING
    look = Look.objects.create(kind=kind, case=case, subject=subject, state=state, asked_by=by, asked_at=timezone.now())
    event = Event.LOOK_DEFERRED if state == Look.State.DEFERRED else Event.LOOK_ASKED
    _record(actor, event, look, {})
    return look


def _is_alone(person: str, operation: Operation, case: Case) -> bool:
    return next(reach.others_who_may(operation, case, but=person), None) is None


def person_of(actor: Actor) -> str:
    """Whoever stands behind a machine's key asked, and so looks at nothing that it did."""
    return str(actor.owner_id) if isinstance(actor, Key) and actor.owner_id else actor.actor_id


@transaction.atomic
def give(actor: Actor, *, look: Look, agreed: bool, words: str = "") -> Look:
    """What the second person says, once; the act is then as they say."""
    row = Look.objects.select_for_update(of=("self",)).select_related("case__compartment").get(pk=look.pk)
    for case in (row.case, *Case.objects.filter(items__decision=row.subject).distinct()):  # its items may be elsewhere
        reach.require_here(actor, RULES[Look.Kind(row.kind)].operation, case)
    return say(actor, row, agreed=agreed, words=words)


def say(actor: Actor, row: Look, *, agreed: bool, words: str) -> Look:
    """The same, for whoever was let to this one look; called with the look locked."""
    if row.asked_by == actor.actor_id:
        raise Conflict("Another person than the one who asked gives the second look.")
    if row.given_at is not None:
        raise Conflict("Somebody has looked at this already.")
    if len(words) > 2_000 or not storable(words):
        raise BadInput("At most 2000 characters.", field="words")
    RULES[Look.Kind(row.kind)].effect(actor, row, agreed)
    row.state = Look.State.AGREED if agreed else Look.State.REFUSED
    row.given_by, row.given_at = actor.actor_id, timezone.now()
    if words.strip() and not (row.case.compartment and row.case.compartment.destroyed_at):
        row.sealed_words = reseal(notes_of(row.case), words.strip().encode(), *place_of_words(row.pk))
    row.save(update_fields=["state", "given_by", "given_at", "sealed_words"])
    _record(actor, Event.LOOK_GIVEN, row, {"agreed": agreed})
    return row


@transaction.atomic
def break_glass(actor: Actor, *, case: Case, pseudonyms: list[Pseudonym], second: SecondFactor | None) -> list[Opening]:
    """A child may be in danger now: open first, and somebody looks at each opening afterwards."""
    reach.require_here(actor, Operation.BREAK_GLASS, case)
    openings = [
        identity.open_identity(actor, pseudonym=one, purpose=Opening.Purpose.PROTECT, second=second, emergency=True)
        for one in pseudonyms
    ]
    for opening in openings:
        ask(actor, kind=Look.Kind.EMERGENCY, case=case, subject=opening.pk)
    return openings


@transaction.atomic
def ask_longer(actor: Actor, *, hold: Hold, until: datetime) -> Look:
    """A longer hold: agreed by a second person, or longer at once when there is none, with the look deferred."""
    case = case_of(hold.scope)
    reach.require_here(actor, Operation.PLACE_HOLD, case)
    asked = holds.ask_longer(actor, hold=hold, until=until)
    look = ask(actor, kind=Look.Kind.HOLD, case=case, subject=asked.pk)
    if look.state == Look.State.DEFERRED:
        holds.go_ahead(actor, extension=asked)
    return look


def look_at(kind: Look.Kind, subject: UUID, *, scope: str, asked_by: str) -> Look:
    """The look of an opening or an extension; one from before there were looks gets its own now."""
    defaults = {"case": case_of(scope), "state": Look.State.DEFERRED, "asked_by": asked_by, "asked_at": timezone.now()}
    if kind == Look.Kind.HOLD:
        defaults["state"] = Look.State.WAITING
    return Look.objects.get_or_create(kind=kind, subject=subject, defaults=defaults)[0]


def case_of(scope: str) -> Case:
    """The case that a hold or a pseudonym speaks of."""
    case = Case.objects.filter(ref=scope.partition(":")[2]).first()
    if case is None:
        raise NotFound
    return case


def place_of_words(pk: UUID) -> tuple[str, UUID, str]:
    return ("look", pk, "words")


def _emergency(actor: Actor, look: Look, agreed: bool) -> None:
    identity.review(actor, opening=Opening.objects.get(pk=look.subject), was_right=agreed)


def _hold(actor: Actor, look: Look, agreed: bool) -> None:
    extension = Extension.objects.get(pk=look.subject)
    if agreed:
        holds.agree(actor, extension=extension)
    else:
        holds.refuse(actor, extension=extension)


def _lowering(actor: Actor, look: Look, agreed: bool) -> None:
    if not agreed:
        return
    change = SensitivityChange.objects.get(pk=look.subject)
    case = Case.objects.select_for_update().get(pk=look.case_id)
    if case.sensitivity != change.before or more(Sensitivity(change.after), by_rule(case)) != change.after:
        raise Conflict("The case has changed since this was asked; it stays as it is.")
    case.sensitivity = change.after
    case.save(update_fields=["sensitivity"])
    details = {"from": change.before, "to": change.after}
    record(actor, Event.CASE_SENSITIVITY, subject_kind="case", subject_id=case.ref, details=details)


def _recusal(actor: Actor, look: Look, agreed: bool) -> None:
    """Not agreed: it goes here, and wherever it went along when this case was put together or taken apart."""
    row = None if agreed else Recusal.objects.filter(pk=look.subject, how=Recusal.How.MARKED).first()
    if row:
        Recusal.objects.filter(person=row.person_id, how=row.how, at=row.at).delete()


def _peer(actor: Actor, look: Look, agreed: bool) -> None:
    """Only now the path ends; from this moment on, for what a report says later counts again."""
    if agreed:
        PeerMark.objects.filter(pk=look.subject).update(holds=True, at=timezone.now())
        details: dict[str, object] = {"holds": True}
        record(actor, Event.CASE_PEER, subject_kind="case", subject_id=look.case.ref, details=details)


@dataclass(frozen=True)
class Rule:
    """Who may give the look; whether the act goes ahead where nobody else is there; whether it always goes first."""

    operation: Operation
    effect: Effect
    protects: bool
    goes_first: bool = False
    first_in_danger: bool = False  # a child in danger now waits for nobody's second look


RULES: dict[Look.Kind, Rule] = {
    Look.Kind.EMERGENCY: Rule(Operation.REVIEW_EMERGENCY, _emergency, protects=True, goes_first=True),
    Look.Kind.HOLD: Rule(Operation.PLACE_HOLD, _hold, protects=True),
    Look.Kind.LOWERING: Rule(Operation.CHANGE_SENSITIVITY, _lowering, protects=False),
    Look.Kind.RECUSAL: Rule(Operation.MARK_CONFLICT, _recusal, protects=True, goes_first=True),
    Look.Kind.NOTE: Rule(Operation.GIVE_LOOK, lambda _actor, _look, _agreed: None, True, first_in_danger=True),
    Look.Kind.PEER: Rule(Operation.GIVE_LOOK, _peer, protects=False),
    Look.Kind.CONFIRM: Rule(Operation.GIVE_LOOK, settle_decision, protects=True, goes_first=True),
    Look.Kind.DISMISS: Rule(Operation.GIVE_LOOK, settle_decision, protects=True),
}


def _record(actor: Actor, event: Event, look: Look, more_details: dict[str, object]) -> None:
    details = {"look": str(look.pk), "kind": str(look.kind), **more_details}
    record(actor, event, subject_kind="case", subject_id=look.case.ref, details=details)
