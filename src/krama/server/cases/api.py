# SPDX-License-Identifier: Apache-2.0
"""Cases for the firm's own console: read them, and send what a person decided. Normal cases only: see `reach`."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import override
from ninja import Router, Schema
from pydantic import Field

from krama.errors import BadInput, NotFound
from krama.server.accounts.bearer import Bearer
from krama.server.accounts.may import Operation
from krama.server.accounts.models import Key
from krama.server.cases import reach, words
from krama.server.cases.actions import decide as actions
from krama.server.cases.actions import grounds as actions_grounds
from krama.server.cases.models import Case, Item
from krama.server.cases.queries import case as queries
from krama.server.detections.api import ContentOut, MatchOut
from krama.server.detections.models import Detection
from krama.server.detections.queries import firm_ids
from krama.server.intake.models import Report
from krama.server.intake.queries import firm_ids as told_ids
from krama.server.web.idempotency import once
from krama.server.web.problems import problems

router = Router(tags=["cases"])
LARGEST_PAGE = 100
FARTHEST = 1_000_000_000  # beyond it a database cannot count


class CaseOut(Schema):
    ref: str
    state: Literal["open", "closed"]
    severity: Literal["critical", "high", "medium", "low"]
    source: str
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None
    items: int


class ItemOut(Schema):
    """`decision` is empty while the item is open. Of a report: its topic and ids; what was said stays sealed."""

    id: UUID
    scan_id: UUID | None
    report_topic: str | None
    at: datetime
    verdict: str | None
    reason: str | None
    matches: list[MatchOut]
    content: ContentOut | None
    context: dict[str, str]
    decision: Literal["confirm", "dismiss"] | None


class CaseWithItems(CaseOut):
    items: list[ItemOut]  # type: ignore[assignment]
    why: list[str]
    linked: list[str]


class Cases(Schema):
    cases: list[CaseOut]
    count: int
    next: int | None


class DecisionIn(Schema):
    """What a person decided. `items` names every open item of the case, as you showed them to that person."""

    outcome: Literal["confirm", "dismiss"]
    layer: Literal["law", "policy"] | None = None
    reason: str = Field(min_length=1, max_length=2_000)
    items: list[UUID] = Field(min_length=1, max_length=1_000)
    decided_by: str = Field(min_length=1, max_length=120, description="your own id of the person who decided")
    also: list[Literal["restrict", "suspend", "preserve", "warn", "offer_help"]] = Field(
        default=[],
        max_length=5,
        description="what is wanted besides removing or restoring; under the law no warning, under rules no keeping",
    )
    law: str = Field(default="", max_length=60, description="its id in the country's facts; on the ground of the law")
    rule: str = Field(default="", max_length=300, description="which article, or which rule of yours, in words")
    facts: str = Field(default="", max_length=2_000, description="the facts relied on; no names")


class DecisionOut(Schema):
    id: UUID
    case_ref: str
    outcome: Literal["confirm", "dismiss"]
    layer: Literal["law", "policy"] | None
    items: list[UUID]
    at: datetime
    second_look: Literal["waiting", "deferred"] | None = Field(
        description="`waiting`: nothing is ordered until another person agrees; `deferred`: it went ahead"
    )


@router.get(
    "/cases",
    auth=Bearer(Operation.READ_CASES),
    response={200: Cases, **problems(401, 403, 422)},
    summary="The queue",
)
def cases(request: HttpRequest, state: Literal["open", "closed"] = "open", offset: int = 0, limit: int = 50) -> Any:
    """What is due first comes first."""
    rows = queries.queue(request.auth, state=state)  # type: ignore[attr-defined]
    offset, limit = min(max(offset, 0), FARTHEST), min(max(limit, 1), LARGEST_PAGE)
    count = rows.count()
    after = offset + limit
    found = [_case(row) for row in rows[offset:after]]
    return {"cases": found, "count": count, "next": after if after < count else None}


@router.get(
    "/cases/{ref}",
    auth=Bearer(Operation.READ_CASES),
    response={200: CaseWithItems, **problems(401, 403, 404)},
    summary="One case",
)
def case(request: HttpRequest, ref: str) -> Any:
    """Hashes, ids and metadata; never content."""
    key = request.auth  # type: ignore[attr-defined]
    row = _found(key, ref)
    actions.note_view(key, case=row)
    items = list(queries.items_of(row))
    with override("en"):  # the API speaks English
        why = words.why(items)
    return {
        **_case(row),
        "items": [_item(item) for item in items],
        "why": why,
        "linked": [other.ref for other, _ in queries.linked_to(key, row)],
    }


@router.post(
    "/cases/{ref}/decision",
    auth=Bearer(Operation.DECIDE_CASES),
    response={200: DecisionOut, **problems(400, 401, 403, 404, 409, 422)},
    summary="Send a person's decision",
    openapi_extra={
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "schema": {"type": "string", "maxLength": 255},
            }
        ]
    },
)
def decide(request: HttpRequest, ref: str, body: DecisionIn) -> Any:
    """409 when something joined the case that `items` does not name: show it to the person, and ask again."""
    key = request.auth  # type: ignore[attr-defined]
    row = _found(key, ref)
    later = {name for name in ("also", "law", "rule", "facts") if not getattr(body, name)}
    asked = {"ref": row.ref, **body.dict(exclude=later)}  # as before there were these

    def act() -> dict[str, Any]:
        decision = actions.decide(
            key,
            ref=row.ref,
            outcome=body.outcome,
            layer=body.layer or "",
            reason=body.reason,
            items=body.items,
            decided_by=signed(body.decided_by, key.name),
            also=body.also,
            said=actions_grounds.Said(body.law, body.rule, body.facts),
        )
        return {
            "id": str(decision.pk),
            "case_ref": row.ref,
            "outcome": decision.outcome,
            "layer": decision.layer or None,
            "items": [str(item) for item in body.items],
            "at": decision.at.isoformat(),
            "second_look": look.state if (look := queries.look_of(decision)) else None,
        }

    return once(f"key:{key.prefix}", request.headers.get("Idempotency-Key"), asked, act)


def signed(person: str, key_name: str) -> str:
    """The person as the firm names them, and the key that said so; the key's name is never cut away."""
    tail = f" ({key_name[:60]})"
    if not person.strip():
        raise BadInput("`decided_by` names the person who decided.", field="decided_by")
    return person.strip()[: 120 - len(tail)].strip() + tail


def _found(key: Key, ref: str) -> Case:
    """The same answer where there is none and where a key may not know of it."""
    try:
        return reach.found(key, ref)
    except NotFound:
        raise NotFound("There is no case with this reference.") from None  # never what was sent: it may be an id


def _case(row: Case) -> dict[str, Any]:
    return {
        "ref": row.ref,
        "state": row.state,
        "severity": row.severity,
        "source": row.source,
        "opened_at": row.opened_at,
        "due_at": row.due_at,
        "closed_at": row.closed_at,
        "items": len(row.items.all()),
    }


def _item(item: Item) -> dict[str, Any]:
    whole = _told(item.report) if item.report is not None else _found_by_scan(item.detection)
    return {"id": item.pk, "decision": item.decision.outcome if item.decision else None, **whole}


def _found_by_scan(found: Detection | None) -> dict[str, Any]:
    assert found is not None
    return {
        "scan_id": found.pk,
        "report_topic": None,
        "at": found.at,
        "verdict": found.verdict,
        "reason": found.reason,
        "matches": found.matches,
        "content": found.content,
        "context": firm_ids(found),
    }


def _told(report: Report) -> dict[str, Any]:
    return {
        "scan_id": None,
        "report_topic": report.topic,
        "at": report.at,
        "verdict": None,
        "reason": None,
        "matches": [],
        "content": None,
        "context": told_ids(report),
    }
