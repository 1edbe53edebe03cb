# SPDX-License-Identifier: Apache-2.0
"""The firm's system says what became of a measure."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from krama.server.accounts.bearer import Bearer
from krama.server.accounts.may import Operation
from krama.server.measures import actions
from krama.server.web.problems import problems

router = Router(tags=["measures"])


class Confirmation(Schema):
    state: Literal["done", "failed"]


class MeasureOut(Schema):
    id: UUID
    measure: Literal["remove", "restore"]
    state: Literal["ordered", "delivered", "done", "failed"]
    due: datetime
    confirmed_at: datetime | None


@router.post(
    "/measures/{measure_id}/confirmation",
    auth=Bearer(Operation.CONFIRM_MEASURES),
    response={200: MeasureOut, **problems(401, 403, 404, 409, 422)},
    summary="Confirm a measure",
)
def confirm(request: HttpRequest, measure_id: UUID, body: Confirmation) -> Any:
    """Say `done` when the content is removed or restored, `failed` when it could not be. Repeat it freely."""
    measure = actions.confirm(request.auth, measure_id=measure_id, state=body.state)  # type: ignore[attr-defined]
    return {
        "id": measure.pk,
        "measure": measure.kind,
        "state": measure.state,
        "due": measure.due_at,
        "confirmed_at": measure.confirmed_at,
    }
