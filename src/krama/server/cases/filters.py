# SPDX-License-Identifier: Apache-2.0
"""What of the queue one looks at: read from an address, kept in a saved view, put into a query. Never words.

A filter names nobody outside the staff: there is none by account, content, child or reporter (purpose lock).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from krama.errors import BadInput
from krama.server.accounts.models import User
from krama.server.cases.facets import abouts, languages, sectors
from krama.server.cases.models import Case, Severity
from krama.server.cases.models.queue import Facet
from krama.server.cases.words import SOON

DAY, WEEK = timedelta(days=1), timedelta(days=7)
LANES, SOURCES = ("emergency", "usual"), ("scanner", "report")
AGES, CLOCKS = ("day", "week", "older"), ("late", "soon", "in-time")
ONE: dict[str, Callable[[], Sequence[str]]] = {
    "state": lambda: Case.State.values,
    "lane": lambda: LANES,
    "source": lambda: SOURCES,
    "language": lambda: [value for value, _label in languages()],
    "about": lambda: [value for value, _label in abouts()],
    "sector": lambda: [value for value, _label in sectors()],
    "age": lambda: AGES,
    "clock": lambda: CLOCKS,
}
WHOSE = {"unit": ("mine", "none"), "assignee": ("me", "nobody")}  # or the id of one


@dataclass(frozen=True)
class Filters:
    """All of them together; an empty one lets everything through."""

    state: str = Case.State.OPEN.value
    severity: tuple[str, ...] = ()
    lane: str = ""
    source: str = ""
    language: str = ""
    about: str = ""
    sector: str = ""
    unit: str = ""
    assignee: str = ""
    age: str = ""
    clock: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> Filters:
        """`BadInput` names the field that holds none of its values; what was not asked for is left as it is."""
        given: dict[str, Any] = {}
        for field in fields(cls):
            value = asked.get(field.name)
            if value:
                given[field.name] = _severities(value) if field.name == "severity" else _one(field.name, value)
        return cls(**given)

    @classmethod
    def of_address(cls, query: Any) -> Filters:
        """From an address, where a value that there is none of asks for nothing."""
        found: dict[str, Any] = {}
        for field in fields(cls):
            value: Any = query.getlist("severity") if field.name == "severity" else query.get(field.name, "")
            try:
                cls.of({field.name: value})
            except BadInput:
                continue
            found[field.name] = value
        return cls.of(found)

    def as_json(self) -> dict[str, Any]:
        """What is kept: only what was asked for."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        kept = {name: value for name, value in given.items() if value and value != getattr(Filters(), name)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in kept.items()}

    def query(self) -> str:
        """As an address writes it, to be sent to a colleague."""
        return urlencode(self.as_json(), doseq=True)

    def apply(self, rows: QuerySet[Case], reader: User, now: datetime) -> QuerySet[Case]:
        """Of these cases (which the reader may see) those that fit."""
        rows = rows.filter(state=self.state)
        if self.severity:
            rows = rows.filter(severity__in=self.severity)
        if self.lane:
            rows = rows.filter(is_emergency=self.lane == "emergency")
        if self.source:
            rows = rows.filter(source=self.source)
        for kind in Facet.Kind.values:
            if value := getattr(self, kind):
                rows = rows.filter(Exists(Facet.objects.filter(case=OuterRef("pk"), kind=kind, value=value)))
        return rows.filter(self._whose(reader), _aged(self.age, now), _timed(self.clock, now))

    def _whose(self, reader: User) -> Q:
        found = Q()
        if self.unit:
            found &= Q(unit={"mine": reader.unit_id, "none": None}.get(self.unit, self.unit))
        if self.assignee:
            found &= Q(assignee={"me": reader.pk, "nobody": None}.get(self.assignee, self.assignee))
        return found


def _severities(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not set(map(str, value)) <= set(Severity.values):
        raise BadInput(f"`severity` holds some of {', '.join(Severity.values)}.", field="severity")
    return tuple(one for one in Severity.values if one in value)


def _one(name: str, value: Any) -> str:
    text = str(value)
    if name in ONE and text in ONE[name]():
        return text
    if name in WHOSE:
        if text in WHOSE[name]:
            return text
        try:
            return str(UUID(text))
        except ValueError:
            pass
    raise BadInput(f"`{name}` holds a value that there is none of.", field=name)


def _aged(age: str, now: datetime) -> Q:
    return {
        "day": Q(opened_at__gt=now - DAY),
        "week": Q(opened_at__gt=now - WEEK),
        "older": Q(opened_at__lte=now - WEEK),
    }.get(age, Q())


def _timed(clock: str, now: datetime) -> Q:
    return {
        "late": Q(due_at__lt=now),
        "soon": Q(due_at__gte=now, due_at__lt=now + SOON),
        "in-time": Q(due_at__gte=now + SOON),
    }.get(clock, Q())
