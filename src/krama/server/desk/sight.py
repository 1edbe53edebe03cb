# SPDX-License-Identifier: Apache-2.0
"""What the case page says of who may see the case, and which of its forms this reader gets."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from krama.server.accounts.may import Operation
from krama.server.accounts.models import User
from krama.server.cases.actions.sight import place_of
from krama.server.cases.forms.decision import AssignForm, ConflictForm, NameForm, SensitivityForm
from krama.server.cases.models import Case, Look, Named, Recusal, SensitivityChange
from krama.server.cases.queries.case import words_of
from krama.server.desk.staff import Staff


def sight(case: Case, here: set[Operation], staff: Staff, there: set[type[Model]]) -> dict[str, Any]:
    """Who it is assigned to, who is named; who is kept out only for whoever may keep out.

    `here`: what the reader may; `there`: what is written beside the case.
    """
    lowers = SensitivityForm(initial={"to": case.sensitivity}) if Operation.CHANGE_SENSITIVITY in here else None
    assigns, marks = Operation.ASSIGN_CASES in here, Operation.MARK_CONFLICT in here
    readers = staff.deciders if assigns else []
    changes = case.sensitivity_changes.order_by("at") if SensitivityChange in there else ()
    return {
        "assignee": case.assignee,
        "unit": case.unit,
        "named": _named(case) if Named in there else [],
        "kept_out": _kept_out(case) if marks and Recusal in there else [],
        "changes": [_change(case, row) for row in changes],
        "assign_form": AssignForm(initial=_assigned(case), offered=readers) if assigns else None,
        "name_form": NameForm(offered=readers) if assigns else None,
        "sensitivity_form": lowers,
        "conflict_form": ConflictForm(others=marks, offered=staff.working if marks else ()),
        "case_url": f"/cases/{case.ref}",
    }


def _assigned(case: Case) -> dict[str, Any]:
    return {"person": case.assignee_id, "unit": case.unit_id}


def _named(case: Case) -> list[User]:
    return [row.person for row in case.named.select_related("person").order_by("person__name")]


def _kept_out(case: Case) -> list[dict[str, Any]]:
    return [_recusal(case, row) for row in case.recusals.select_related("person")]


def _recusal(case: Case, row: Recusal) -> dict[str, Any]:
    ground = words_of(case, row.sealed_ground, *place_of("recusal", row.pk))
    label = Recusal.Ground(ground).label if ground in Recusal.Ground.values else ""
    return {"name": row.person.name, "how": row.get_how_display(), "ground": label}


def _change(case: Case, row: SensitivityChange) -> dict[str, Any]:
    look = Look.objects.filter(kind=Look.Kind.LOWERING, subject=row.pk).first()
    return {
        "at": row.at,
        "look": look.get_state_display() if look else "",
        "after": row.get_after_display(),
        "reason": words_of(case, row.sealed_reason, *place_of("sensitivity", row.pk)),
    }
