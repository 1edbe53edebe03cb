# SPDX-License-Identifier: Apache-2.0
"""`POST /detections`: what gates found while they answered, each kept once."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import AwareDatetime, Field

from krama.errors import BadInput
from krama.scanning.found import found_in
from krama.server.accounts.bearer import Bearer
from krama.server.accounts.may import Operation
from krama.server.detections import actions
from krama.server.web.problems import problems

router = Router(tags=["gate"])


class CountIn(Schema):
    """How many scans of one process found nothing on one day, so far: a sum, so that telling it twice adds nothing."""

    run: UUID
    day: date
    verdict: Literal["allow"]
    count: int = Field(ge=0, lt=1 << 62)
    last_at: AwareDatetime


class DeliveryIn(Schema):
    """`detections`: as a gate spools them."""

    detections: list[dict[str, Any]] = Field(max_length=100)
    counts: list[CountIn] = Field(max_length=100)


class RefusedOut(Schema):
    """One that can never be taken as it is."""

    scan_id: str
    detail: str


class DeliveryOut(Schema):
    """`known`: they had been taken before. What stands in neither of the three was not looked at: send it again."""

    taken: int
    known: int
    refused: list[RefusedOut]
    counted: int


@router.post(
    "/detections",
    auth=Bearer(Operation.DELIVER_DETECTIONS),
    response={200: DeliveryOut, **problems(401, 403, 413, 422, 503)},
    summary="Deliver what a gate found",
)
def deliver(request: HttpRequest, body: DeliveryIn) -> Any:
    """Repeat it freely: a detection is kept once by its `scan_id`. Answered 200, all but `refused` is stored."""
    key = request.auth  # type: ignore[attr-defined]
    taken = known = 0
    refused = []
    for said in body.detections:
        try:
            new = actions.deliver(key, found=found_in(said))
        except BadInput as problem:
            refused.append({"scan_id": str(said.get("scan_id", ""))[:64], "detail": problem.detail[:500]})
            continue
        taken, known = taken + new, known + (not new)
    sums = [actions.Sums(one.run, one.day, one.verdict, one.count, one.last_at) for one in body.counts]
    counted = actions.add_up(key, sums=sums) if sums else 0
    return {"taken": taken, "known": known, "refused": refused, "counted": counted}
