# SPDX-License-Identifier: Apache-2.0
"""The live proofs for machines: a firm's own board, or a monitor that calls somebody."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from krama.errors import NotFound
from krama.server.accounts.bearer import Bearer
from krama.server.accounts.may import Operation
from krama.server.assessments.actions.look import look
from krama.server.assessments.queries import proofs as queries
from krama.server.web.problems import problems

router = Router(tags=["proofs"])


class ProofOut(Schema):
    """One live proof. `unknown` is not `pass`; words are Khmer or English by `Accept-Language`."""

    id: str
    text: str
    state: Literal["pass", "fail", "unknown"]
    since: datetime | None
    cause: str
    definition: str
    figures: dict[str, int | float | str | None]
    checked_at: datetime | None
    last_failed_at: datetime | None


class DayOut(Schema):
    """How often it was seen in each state on one day."""

    day: date
    passed: int
    failed: int
    unknown: int


class OneProofOut(ProofOut):
    """The last 90 days too, oldest first, without the days on which nobody looked."""

    history: list[DayOut]


class ProofsOut(Schema):
    """Red first, then unknown, then green."""

    proofs: list[ProofOut]


@router.get(
    "/proofs",
    auth=Bearer(Operation.READ_PROOFS),
    response={200: ProofsOut, **problems(401, 403)},
    summary="Every live proof",
)
def proofs(request: HttpRequest) -> Any:
    """What the running system shows of the guidelines, now: state, since when, cause, raw figures."""
    look()
    return {"proofs": queries.states()}


@router.get(
    "/proofs/{proof_id}",
    auth=Bearer(Operation.READ_PROOFS),
    response={200: OneProofOut, **problems(401, 403, 404)},
    summary="One live proof, with 90 days",
)
def proof(request: HttpRequest, proof_id: str) -> Any:
    """One live proof and its history."""
    look()
    shown = queries.state_of(proof_id)
    if shown is None:
        raise NotFound("There is no live proof of this name; `GET /proofs` names them.")
    seen = [day for day in queries.history(proof_id) if day.state]
    facts = {name: getattr(shown, name) for name in ProofOut.model_fields}
    return facts | {"history": [{name: getattr(day, name) for name in DayOut.model_fields} for day in seen]}
