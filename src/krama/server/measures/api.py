# SPDX-License-Identifier: Apache-2.0
"""The firm's system says what became of a measure, and whether it still holds."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from krama.server.accounts.bearer import Bearer
from krama.server.accounts.may import Operation
from krama.server.measures import actions
from krama.server.measures.models import Measure
from krama.server.web.problems import problems

router = Router(tags=["measures"])


class Confirmation(Schema):
    state: Literal["done", "failed"]


class Checked(Schema):
    state: Literal["holds", "gone"]


class MeasureOut(Schema):
    """`overtaken`: something else was ordered after it, so nobody waits for it. `check` is empty until you said it."""

    id: UUID
    measure: Literal["withhold", "remove", "restore", "restrict", "suspend", "preserve", "warn", "offer_help"]
    state: Literal["held", "ordered", "delivered", "done", "failed", "overtaken"]
    due: datetime
    confirmed_at: datetime | None
    check: Literal["holds", "gone"] | None


@router.post(
    "/measures/{measure_id}/confirmation",
    auth=Bearer(Operation.CONFIRM_MEASURES),
    response={200: MeasureOut, **problems(401, 403, 404, 409, 422)},
    summary="Confirm a measure",
)
def confirm(request: HttpRequest, measure_id: UUID, body: Confirmation) -> Any:
    """Say `done` when what was ordered is done, `failed` when it could not be. Repeat it freely."""
    return _shown(actions.confirm(request.auth, measure_id=measure_id, state=body.state))  # type: ignore[attr-defined]


@router.post(
    "/measures/{measure_id}/check",
    auth=Bearer(Operation.CONFIRM_MEASURES),
    response={200: MeasureOut, **problems(401, 403, 404, 409, 422)},
    summary="Say whether a measure still holds",
)
def check(request: HttpRequest, measure_id: UUID, body: Checked) -> Any:
    """The answer to `measure.check`: `holds`, or `gone` when it is no longer so. `gone` may be said unasked."""
    return _shown(actions.say_checked(request.auth, measure_id=measure_id, state=body.state))  # type: ignore[attr-defined]


def _shown(measure: Measure) -> dict[str, Any]:
    return {
        "id": measure.pk,
        "measure": measure.kind,
        "state": measure.state,
        "due": measure.due_at,
        "confirmed_at": measure.confirmed_at,
        "check": measure.check_said or None,
    }
