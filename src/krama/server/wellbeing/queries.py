# SPDX-License-Identifier: Apache-2.0
"""What somebody may be given now, and what they had in front of them. Each question is of one person, for that person.

Of others there is no question here but sums, and whether anybody is left at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.may import ROLES, Operation
from krama.server.accounts.models import User
from krama.server.cases.giving import NotNow, given_to, keeps, pauses
from krama.server.cases.models import Case, Regroup, Severity
from krama.server.cases.queries.queue import lease_of
from krama.server.cases.reach import sees, visible
from krama.server.wellbeing import clock
from krama.server.wellbeing.kinds import Kind, cases_with
from krama.server.wellbeing.models import Care, Exposure, PassedOn, Watch
from krama.server.wellbeing.whose import all_choices, choices_of, whose

LOOKED_AT = 100  # the most pressing that were passed on: each is asked of everybody


@dataclass(frozen=True)
class Day:
    """One person's day, for that person."""

    minutes: int
    limit: int
    grave_minutes: int
    resting_until: datetime | None
    offer: bool
    must: bool

    @property
    def is_over(self) -> bool:
        return self.minutes >= self.limit


def care() -> Care:
    return Care.objects.filter(pk=1).first() or Care()


def is_grave(case: Case) -> bool:
    return case.is_emergency or case.severity == Severity.CRITICAL


def is_fresh(row: Care, today: date) -> bool:
    """Somebody called the number not long ago. A day to come was written by a wrong clock."""
    oldest = today - timedelta(days=settings.KRAMA_COUNSELLOR_DAYS)
    return row.verified_on is not None and oldest <= row.verified_on <= today


def day_of(person: User, now: datetime | None = None, *, watch: Watch | None = None) -> Day:
    """`watch`: their clock, for whoever has just set it."""
    now, firm = now or timezone.now(), care()
    watch = watch or Watch.objects.filter(whose=whose(person)).first()
    seconds = sum(_rows(person, timezone.localdate(now)).values_list("seconds", flat=True))
    grave = clock.grave_until(watch, firm, now) // 60 if watch else 0
    own = choices_of(person).minutes or firm.daily_minutes
    return Day(
        minutes=(seconds + (int(clock.passed(watch, now).total_seconds()) if watch else 0)) // 60,
        limit=min(own, firm.daily_minutes),
        grave_minutes=grave,
        resting_until=clock.resting(watch, now) if watch else None,
        offer=grave >= firm.offer_minutes,
        must=grave >= firm.must_minutes,
    )


def counters(person: User) -> list[tuple[date, str, int, int, int, int]]:
    """Day, gravity, cases, items, texts, identities: for the person whose they are."""
    rows = Exposure.objects.filter(whose=whose(person)).values("on", "severity")
    sums = rows.annotate(cases=Count("case"), n=Sum("items"), read=Sum("texts"), opened=Sum("identities"))
    order = {severity.value: rank for rank, severity in enumerate(Severity)}
    return [
        (row["on"], str(Severity(row["severity"]).label), row["cases"], row["n"], row["read"], row["opened"])
        for row in sorted(sums, key=lambda row: (-row["on"].toordinal(), order[row["severity"]]))
    ]


@keeps("wellbeing")
def kept_from(person: User) -> Q:
    """What they chose not to be given, and what they passed on."""
    return _passed(person) | cases_with(choices_of(person).kinds)


@pauses("wellbeing")
def may_take(person: User, case: Case) -> NotNow | None:
    """None when this person may have this case in front of them now. What they have begun today they may finish."""
    before = _before(person, case)
    if "passed" in before:
        return NotNow("passed", _("You passed this case on, and somebody else goes on with it."), asks=True)
    if "begun" in before or _is_theirs(person, case):
        return None
    if Case.objects.filter(cases_with(choices_of(person).kinds), pk=case.pk).exists():
        return NotNow("chosen", _("This is of a kind that you chose not to be given."), asks=True)
    return _too_much(day_of(person), urgent=case.is_emergency)


def _before(person: User, case: Case) -> set[str]:
    """Whether they passed it on, whether they began it today: in one question, for every page asks it."""
    passed = passed_on(person).filter(Q(case=case) | Q(case__left_by__target=case)).values_list(Value("passed"))
    begun = _rows(person, timezone.localdate()).filter(case=case).values_list(Value("begun"))
    return {said for (said,) in passed.union(begun)}


def _is_theirs(person: User, case: Case) -> bool:
    """Begun before midnight, and it is theirs or in front of them still."""
    lease = lease_of(case)
    is_theirs = lease is not None and lease.holder_id == person.pk
    return is_theirs or Watch.objects.filter(whose=whose(person), case=case).exists()


def nobody_for() -> list[Kind]:
    """Kinds that nobody takes; empty where nobody works on cases at all."""
    chosen = [one.kinds for one in all_choices(_deciders())]
    return [kind for kind in Kind if chosen and all(kind in kinds for kinds in chosen)]


def waiting_for_nobody(reader: User) -> list[Case]:
    """Open cases that were passed on by everybody who could be given them; of those that the reader may see."""
    rows = visible(reader).filter(state=Case.State.OPEN, pk__in=PassedOn.objects.values("case"))
    people = list(_deciders())
    return [case for case in rows.order_by("due_at")[:LOOKED_AT] if not any(_gets(person, case) for person in people)]


def days_over(days: int, *, at_least: int) -> tuple[int, int] | None:
    """In so many days: how many people had cases in front of them, and on how many days one was longer than the limit.

    None where they are fewer than `at_least`: a sum over few people tells of one.
    """
    today = timezone.localdate()
    rows = Exposure.objects.filter(on__gte=today - timedelta(days=days), on__lt=today)
    people = rows.values("whose").distinct().count()
    if people < at_least:
        return None
    longest = care().daily_minutes * 60 + int(clock.LONGEST.total_seconds())  # what was begun may be finished
    totals = rows.values("whose", "on").annotate(all=Sum("seconds"))
    return people, totals.filter(all__gt=longest).count()


def passed_on(person: User) -> QuerySet[PassedOn]:
    return PassedOn.objects.filter(whose=whose(person))


def _passed(person: User) -> Q:
    """What they passed on, also where it went on in another case or was taken apart."""
    cases = passed_on(person).values("case")
    return Q(pk__in=cases) | Q(pk__in=Regroup.objects.filter(source__in=cases).values("target"))


def _too_much(day: Day, *, urgent: bool) -> NotNow | None:
    if day.is_over:
        words = _("You have had cases in front of you for long enough today. They wait, or others take them.")
        return NotNow("limit", words, asks=urgent)
    if day.resting_until is not None:
        return NotNow("resting", _("You are taking a break. The cases wait."), asks=True)
    if day.must:
        words = _("You have been with the gravest for a long time. Take a break first; the next case comes after it.")
        return NotNow("break", words, asks=urgent)
    return None


def _rows(person: User, on: date) -> QuerySet[Exposure]:
    return Exposure.objects.filter(whose=whose(person), on=on)


def _deciders() -> Iterable[User]:
    return User.objects.filter(is_active=True, role__in=ROLES[Operation.DECIDE_CASES])


def _gets(person: User, case: Case) -> bool:
    return sees(person, case) and given_to(person, Case.objects.filter(pk=case.pk)).exists()
