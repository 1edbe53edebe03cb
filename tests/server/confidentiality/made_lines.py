# SPDX-License-Identifier: Apache-2.0
"""Lines, units and inventories for the tests of the register. Field names only; nobody's data."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from krama.inventory import Category, Finding, findings_to_json
from krama.server.accounts.models import Unit
from krama.server.accounts.units import add_unit
from krama.server.confidentiality.actions.register import write
from krama.server.confidentiality.actions.weigh import treat, weigh
from krama.server.confidentiality.facts import Facts, Party
from krama.server.confidentiality.models import Line
from tests.server import builders

PARTY = Party("Metrics Ltd", "SG", "Counts visits", is_sdk=True)


def unit(name: str = "Engineering", head: Any = None) -> Unit:
    found = Unit.objects.filter(name=name).first()
    return found or add_unit(builders.person("officer"), name=name, kind="engineering", head=head)


def facts(of: Unit | None = None, **more: Any) -> Facts:
    """A complete line about the day of birth."""
    owner = str((of or unit()).pk)
    day = timezone.localdate() + timedelta(days=300)
    whole = Facts(
        name="Day of birth at sign-up",
        categories=("birth",),
        system="accounts-db",
        place="users",
        field_names=("dob",),
        purpose="To know who is a child",
        basis="guardian",
        seen_by=(owner,),
        kept_days=90,
        then="erased",
        consent="needed",
        consent_how="A message to the guardian's number",
        unit=owner,
        review_on=day,
    )
    return replace(whole, **more)


def line(of: Unit | None = None, by: Any = None, **more: Any) -> Line:
    return write(by or builders.person("officer"), facts=facts(of, **more))


def weighed(row: Line, by: Any = None, **more: Any) -> Any:
    answers: dict[str, Any] = {
        "needed": True,
        "coarser": False,
        "shorter": False,
        "on_device": False,
        "decision": "keep",
    }
    given = {**answers, "words": "Needed to protect.", "seen": row.version} | more
    return weigh(by or builders.person("officer"), line=row.pk, **given)


def treated(row: Line, by: Any = None) -> Any:
    said = {"measures": "Fewer people see it.", "residual": "low"}
    return treat(by or builders.person("officer"), line=row.pk, seen=row.version, **said)


def finding(field: str = "dob", **more: Any) -> Finding:
    base = Finding("schema.sql", "users", field, "date", Category.BIRTH, "dob: day of birth", 0.9)
    return replace(base, **more)


def scan(*found: Finding) -> bytes:
    return findings_to_json(found).encode()


def client(person: Any) -> Client:
    made = Client()
    made.force_login(person)
    return made


def late(row: Line, days: int = 1) -> None:
    """Its day of review has passed, as time alone can make it."""
    Line.objects.filter(pk=row.pk).update(review_on=timezone.localdate() - timedelta(days=days))
