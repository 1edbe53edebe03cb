# SPDX-License-Identifier: Apache-2.0
"""Reading units: what each has to do and where it stands, who signed and was trained, and all of them for the board."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, QuerySet, Sum
from django.utils import timezone

from krama.errors import NotFound
from krama.guidelines import Line
from krama.guidelines.policy_papers import SIGNED
from krama.guidelines.scoring import MET, urgency
from krama.server.accounts.models import Unit, User
from krama.server.assessments.models import Answer, Signature, UnitRecord
from krama.server.assessments.queries.answers import answers
from krama.server.assessments.queries.board import Standing
from krama.server.assessments.queries.catalogue import catalogue, lines
from krama.server.assessments.queries.papers import papers
from krama.server.assessments.queries.proofs import Shown, state_of

A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Duty:
    """A line that a unit owns, with its answer."""

    line: Line
    answer: Answer | None

    @property
    def met(self) -> bool:
        """Whether it is done every time, and can be shown."""
        return self.answer is not None and (self.answer.level or 0) >= MET


@dataclass(frozen=True)
class OfPeople:
    """So many of a unit's people did something, such as signing a paper."""

    label: str
    people: int
    of: int

    @property
    def all(self) -> bool:
        """Whether everybody did."""
        return self.people >= self.of


@dataclass(frozen=True)
class Row:
    """One unit among all of them."""

    unit: Unit
    standing: Standing
    signed: list[OfPeople]
    trained: OfPeople
    drills: int


def all_units() -> list[Unit]:
    """Working ones first, by name."""
    return list(Unit.objects.select_related("head", "deputy").order_by("-is_active", "name"))


def unit_of(pk: UUID) -> Unit:
    """One unit; `NotFound` when there is none."""
    unit = Unit.objects.select_related("head", "deputy").filter(pk=pk).first()
    if unit is None:
        raise NotFound("There is no such unit. The page of units lists them all.")
    return unit


def duties(unit: Unit) -> list[Duty]:
    """What the unit has to do: what is not met first, and of that the worst for a child."""
    return sorted(by_harm(unit), key=lambda duty: duty.met)


def by_harm(unit: Unit) -> list[Duty]:
    """What the unit has to do, the worst for a child first, met or not: what hangs on the wall forgets no duty."""
    return _duties()[unit.pk]


def rollup(language: str) -> list[Row]:
    """Every working unit, for the board; one without a head is seen by its missing name.

    As many queries for forty units as for one.
    """
    units = [unit for unit in all_units() if unit.is_active]
    own, signed_in, trained_in, drills_in = _duties(), _signed(units, language), _trained(), _drills()
    return [
        Row(
            unit,
            _standing(unit, own[unit.pk]),
            signed_in[unit.pk],
            _of(unit, trained_in.get(unit.pk, 0)),
            drills_in.get(unit.pk, 0),
        )
        for unit in units
    ]


def without_unit() -> int:
    """How many lines that apply lie with no working unit."""
    given = answers()
    owned = {id for id, answer in given.items() if answer.unit is not None and answer.unit.is_active}
    return sum(line.id not in owned for line in lines())


def standing(unit: Unit) -> Standing:
    """The counts over a unit's duties."""
    return _standing(unit, duties(unit))


def signed(unit: Unit, language: str) -> list[OfPeople]:
    """For each paper that is to be signed and holds: how many of the unit signed it."""
    return _signed([unit], language)[unit.pk]


def trained(unit: Unit) -> OfPeople:
    """How many were trained in the last year, by the topic that reached most: two topics count nobody twice."""
    return _of(unit, _trained().get(unit.pk, 0))


def drills(unit: Unit) -> int:
    """How many drills the unit held in the last year."""
    return _drills().get(unit.pk, 0)


def records(unit: Unit) -> QuerySet[UnitRecord]:
    """Trainings and drills, the newest first."""
    return UnitRecord.objects.filter(unit=unit).select_related("made_by").order_by("-on", "-made_at")


def live_proofs(own: Sequence[Duty]) -> list[Shown]:
    """The live proofs of these lines, each once."""
    names = dict.fromkeys(name for duty in own for name in duty.line.proof if name.startswith("live."))
    return [shown for name in names if (shown := state_of(name))]


def people(unit: Unit) -> list[User]:
    """Who with an account works there."""
    return list(User.objects.filter(unit=unit, is_active=True).order_by("name"))


def _duties() -> Mapping[UUID, list[Duty]]:
    held, given = catalogue(), answers()
    found: defaultdict[UUID, list[Duty]] = defaultdict(list)
    for line in sorted(lines(), key=lambda line: urgency(held, line)):
        answer = given.get(line.id)
        if answer and answer.unit_id and not answer.set_aside:
            found[answer.unit_id].append(Duty(line, answer))
    return found


def _standing(unit: Unit, own: Sequence[Duty]) -> Standing:
    answered = sum(duty.answer is not None and duty.answer.level is not None for duty in own)
    return Standing(str(unit.pk), unit.name, len(own), answered, sum(duty.met for duty in own), 0)


def _signed(units: Sequence[Unit], language: str) -> Mapping[UUID, list[OfPeople]]:
    held = {shown.current.pk: shown for shown in papers() if shown.kind in SIGNED and shown.current is not None}
    rows = Signature.objects.filter(paper__in=held, unit__in=units).values_list("paper", "unit")
    sums = {(paper, unit): people for paper, unit, people in rows.annotate(sum=Sum("people"))}
    return {
        unit.pk: [
            OfPeople(shown.title.in_(language), sums.get((paper, unit.pk), 0), unit.headcount)
            for paper, shown in held.items()
        ]
        for unit in units
    }


def _trained() -> dict[UUID, int]:
    rows = UnitRecord.objects.filter(kind=UnitRecord.Kind.TRAINING, on__gt=timezone.localdate() - A_YEAR)
    found: dict[UUID, int] = {}
    for unit, people in rows.order_by().values("unit", "topic").annotate(sum=Sum("people")).values_list("unit", "sum"):
        found[unit] = max(found.get(unit, 0), people)
    return found


def _drills() -> dict[UUID, int]:
    rows = UnitRecord.objects.filter(kind=UnitRecord.Kind.DRILL, on__gt=timezone.localdate() - A_YEAR)
    return dict(rows.order_by().values("unit").annotate(count=Count("pk")).values_list("unit", "count"))


def _of(unit: Unit, people: int) -> OfPeople:
    return OfPeople("", min(people, unit.headcount), unit.headcount)
