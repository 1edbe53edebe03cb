# SPDX-License-Identifier: Apache-2.0
"""One case for every role × sensitivity × assignment × conflict, with a hold, an extension, an opening and a look each.

Run as `python -m tests.contracts.need_ground` on a demo home; says where each lies, as JSON. The conditions are written
straight into the tables: what is tested is who may see, not how a case came to be so.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
from datetime import timedelta
from typing import Any
from uuid import uuid4

ASSIGNMENTS = ("none", "own", "unit", "other", "colleague", "named")
PEOPLE = ("reviewer", "lead", "officer", "auditor", "administrator")


def make(only: list[str]) -> dict[str, Any]:
    """All of them in one transaction; those of some roles only, where they are named."""
    from django.db import transaction

    from krama.server.accounts.actions import add_key, add_staff, random_password
    from krama.server.accounts.models import Unit, User
    from krama.server.cases.models import Recusal, Sensitivity
    from krama.server.trail.actor import TERMINAL

    with transaction.atomic():
        ours, theirs = (Unit.objects.create(name=name, kind="moderation") for name in ("Ours", "Theirs"))
        User.objects.filter(is_demo=True).update(unit=ours)
        other = add_staff(TERMINAL, username="colleague", name="C", role="reviewer", password=random_password())
        # A key's conflict is its owner's; the owner must be nobody who is asked for else.
        owner = add_staff(TERMINAL, username="owner", name="O", role="lead", password=random_password())
        _key, secret = add_key(TERMINAL, name="C", scopes=["cases:read", "cases:decide"], owner=owner)
        who = {role: User.objects.get(role=role, is_demo=True) for role in PEOPLE} | {"key": owner}
        axes = itertools.product(who, Sensitivity.values, ASSIGNMENTS, ("none", *Recusal.How.values))
        cases = [
            _case(role, who[role], *rest, units=(ours, theirs), other=other)
            for role, *rest in axes
            if role in (only or who)
        ]
    return {"key": secret, "cases": cases}


def _case(role: str, person: Any, sensitivity: str, assignment: str, conflict: str, **ground: Any) -> dict[str, str]:
    from django.utils import timezone

    from krama.server.cases.models import Case, Named, OwnAccount, Recusal

    case, account = _fresh()
    fields: dict[str, Any] = {"sensitivity": sensitivity}
    fields |= {"own": {"assignee": person}, "colleague": {"assignee": ground["other"]}}.get(assignment, {})
    fields |= {"unit": {"unit": ground["units"][0]}, "other": {"unit": ground["units"][1]}}.get(assignment, {})
    if assignment == "other":
        fields["assignee"] = ground["other"]
    now = timezone.now()
    if assignment == "named":
        Named.objects.create(case=case, person=person, at=now)
    if conflict == Recusal.How.ACCOUNT:  # no row of its own: the account alone closes it
        OwnAccount.objects.create(person=person, hash=account, at=now)
    elif conflict != "none":
        Recusal.objects.create(case=case, person=person, how=conflict, at=now)
    Case.objects.filter(pk=case.pk).update(**fields)
    axes = {"role": role, "sensitivity": sensitivity, "assignment": assignment, "conflict": conflict}
    return axes | {"ref": case.ref} | _things(case, account)


def _fresh() -> tuple[Any, str]:
    from krama.server.cases.collecting.collect import _collect_one
    from krama.server.cases.models import Item
    from tests.server import builders

    found = builders.detection(account=f"{uuid4()}")
    assert _collect_one(found.pk) == 1
    return Item.objects.get(detection=found).case, found.account_key


def _things(case: Any, account: str) -> dict[str, str]:
    """What stands in a case, all of it asked by nobody who is there."""
    from django.utils import timezone

    from krama.server.cases.models import Item, Look
    from krama.server.cases.queries.case import compartments_of
    from krama.server.compartments.actions.hold import ask_longer, place
    from krama.server.compartments.actions.identity import name_them
    from krama.server.compartments.models import Opening, Pseudonym
    from krama.server.intake.models import Report
    from krama.server.trail.actor import TERMINAL

    now, scope = timezone.now(), f"case:{case.ref}"
    day = timedelta(days=1)
    kept = compartments_of(case)
    holds = [
        place(TERMINAL, scope=scope, compartments=kept, basis="referred", until=now + days * day) for days in (9, 8, 7)
    ]
    name = name_them(scope, Pseudonym.Kind.ACCOUNT, [account])[account]
    facts: dict[str, Any] = {"pseudonym": name, "person_id": "gone", "purpose": "protect", "at": now, "until": now}
    openings = [Opening.objects.create(is_emergency=True, **facts) for _ in range(3)]
    asked = ask_longer(TERMINAL, hold=holds[0], until=now + 30 * day)
    looks = [
        Look.objects.create(
            kind="emergency", case=case, subject=opening.pk, state="deferred", asked_by="gone", asked_at=now
        )
        for opening in openings[1:]
    ]
    report = Report.objects.create(id=uuid4(), at=now, door="page", topic="bullying", collected_at=now)
    Item.objects.create(case=case, report=report, joined_at=now, joined_by="account")
    return {
        "report": str(report.pk),
        "pseudonym": str(name.pk),
        "opening": str(openings[0].pk),
        "extension": str(asked.pk),
        "hold": str(holds[1].pk),
        "released": str(holds[2].pk),
        "look": str(looks[0].pk),
        "named": str(looks[1].pk),
    }


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "krama.server.site.settings"
    import django

    django.setup()
    print(json.dumps(make(sys.argv[1:])))
