# SPDX-License-Identifier: Apache-2.0
"""What the case page says of who may see the case, and which of its forms this reader gets."""

from __future__ import annotations

from typing import Any

from krama.server.accounts.may import Operation
from krama.server.cases.actions.sight import place_of
from krama.server.cases.forms.decision import AssignForm, ConflictForm, NameForm, SensitivityForm
from krama.server.cases.models import Case, Look, Recusal, SensitivityChange
from krama.server.cases.queries.case import words_of


def sight(case: Case, here: set[Operation]) -> dict[str, Any]:
    """Who it is assigned to, who is named; who is kept out only for whoever may keep out. `here`: what they may."""
    lowers = SensitivityForm(initial={"to": case.sensitivity}) if Operation.CHANGE_SENSITIVITY in here else None
    assigns, marks = Operation.ASSIGN_CASES in here, Operation.MARK_CONFLICT in here
    return {
        "assignee": case.assignee,
        "unit": case.unit,
        "named": [row.person for row in case.named.select_related("person").order_by("person__name")],
        "kept_out": [_recusal(case, row) for row in case.recusals.select_related("person")] if marks else [],
        "changes": [_change(case, row) for row in case.sensitivity_changes.order_by("at")],
        "assign_form": AssignForm(initial={"person": case.assignee_id, "unit": case.unit_id}) if assigns else None,
        "name_form": NameForm() if assigns else None,
        "sensitivity_form": lowers,
        "conflict_form": ConflictForm(others=marks),
        "case_url": f"/cases/{case.ref}",
    }


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
