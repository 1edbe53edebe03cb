# SPDX-License-Identifier: Apache-2.0
"""Until when a person should have decided: the country's clock of the case's gravity and lane, whichever ends first.

A clock in working days counts office hours and knows the holidays; that of an emergency never does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings

from krama.countries import Clock, Pack
from krama.server.cases.models import Case, Lane, Severity
from krama.server.countries.queries import pack
from krama.triage import OfficeHours, after, office_hours

ORDER, LANES = tuple(Severity), tuple(Lane)
Counted = tuple[timedelta, OfficeHours | None]


@dataclass(frozen=True)
class Clocks:
    """The clocks in force: how long, and whether counted in office hours only."""

    by_severity: dict[str, Counted]
    by_lane: dict[str, Counted]  # an ordinary case has none of its own
    _ALWAYS: ClassVar[OfficeHours | None] = None

    def due_at(self, severity: str, start: datetime, lane: str = "ordinary") -> datetime:
        """Whichever ends first. What is urgent is counted through nights and feasts."""
        found = [self.by_severity[severity]] + ([self.by_lane[lane]] if lane in self.by_lane else [])
        return min(after(start, length, self._hours(hours, lane)) for length, hours in found)

    def hours_of(self, case: Case) -> OfficeHours | None:
        """In which hours this case's time passes: those of the clock it hangs on."""
        return self._hours(self.by_severity[case.severity][1], case.lane)

    def _hours(self, hours: OfficeHours | None, lane: str) -> OfficeHours | None:
        return hours if lane == Lane.ORDINARY else self._ALWAYS


def in_force() -> Clocks:
    """The firm's own settings first, then the country's facts; fetch it once for many cases."""
    facts = pack()
    found, office = {clock.id: clock for clock in facts.clocks}, _office(facts)
    by_severity = {name.value: _counted(found[f"case-{name.value}"], office) for name in ORDER}
    by_severity |= {name: (timedelta(hours=hours), None) for name, hours in settings.KRAMA_CLOCKS.items()}
    by_lane = {name: _counted(found[f"lane-{name}"], office) for name in (Lane.EMERGENCY, Lane.FAST)}
    return Clocks(by_severity, {name.value: one for name, one in by_lane.items()})


def due_at(severity: Severity | str, start: datetime, lane: str = "ordinary") -> datetime:
    return in_force().due_at(severity, start, lane)


def graver(one: Severity, other: Severity) -> Severity:
    return min(one, other, key=ORDER.index)


def faster(one: Lane, other: Lane) -> Lane:
    return min(one, other, key=LANES.index)


def hours_by_severity() -> dict[str, float]:
    """How long each clock is, in hours of its own counting."""
    return {name: round(length / timedelta(hours=1), 4) for name, (length, _) in in_force().by_severity.items()}


def _office(facts: Pack) -> OfficeHours:
    found = office_hours(settings.KRAMA_OFFICE_HOURS, settings.TIME_ZONE, lambda day: facts.holiday(day) is not None)
    assert found is not None, "the settings refuse an empty one"
    return found


def _counted(clock: Clock, office: OfficeHours) -> Counted:
    if clock.unit == "working-days":
        opens, closes = (timedelta(hours=at.hour, minutes=at.minute) for at in (office.opens, office.closes))
        return (closes - opens) * clock.amount, office
    units = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}
    return units.get(clock.unit, timedelta(days=30)) * clock.amount, None
