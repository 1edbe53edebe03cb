# SPDX-License-Identifier: Apache-2.0
"""`POST /scan`: the upload is scanned in memory, the finding is stored before it is answered."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from krama.scanning import asked
from krama.server.accounts.bearer import Bearer
from krama.server.accounts.may import Operation
from krama.server.detections import actions
from krama.server.detections import request as asking
from krama.server.detections.scanner import scanner
from krama.server.web.problems import problems

router = Router(tags=["scan"])


class MatchOut(Schema):
    """One known signal that fits: `distance` in bits (0 for exact hashes)."""

    labels: list[str]
    list: str
    signal_type: Literal["md5", "sha1", "sha256", "pdq", "url"]
    value: str
    distance: int


class ContentOut(Schema):
    """Hashes and facts of what was scanned; of bare hashes only what was given. `url`: hash of the first address."""

    sha256: str | None
    sha1: str | None
    md5: str | None
    pdq: str | None
    url: str | None
    pdq_quality: int | None
    media_type: str | None
    width: int | None
    height: int | None


class VerdictOut(Schema):
    """`block`: withhold at once. `review`: hold back until a person decides. `allow`: nothing known was found."""

    scan_id: str
    verdict: Literal["block", "review", "allow"]
    reason: Literal["match", "truncated", "undecodable", "no_match"]
    detail: str | None
    matches: list[MatchOut]
    content: ContentOut
    snapshot: str
    took_ms: float


class BatchOut(Schema):
    """One answer for each item, in the order asked."""

    results: list[VerdictOut]


_CONTEXT = {
    "type": "object",
    "additionalProperties": {"type": "string", "minLength": 1, "maxLength": asked.LONGEST_ID},
    "maxProperties": asked.MOST_CONTEXT,
    "example": {"content_id": "p-1029", "account_id": "a-77"},
}
_HASH = {
    "type": "object",
    "required": ["type", "value"],
    "properties": {
        "type": {"enum": ["md5", "sha1", "sha256", "pdq"]},
        "value": {"type": "string", "description": "hexadecimal"},
        "quality": {"type": "integer", "minimum": 0, "maximum": 100, "description": "of a PDQ hash"},
    },
}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "context": {"type": "string", "description": "a JSON object of your own opaque ids"},
                    },
                }
            },
            "application/json": {
                "schema": {
                    "type": "object",
                    "anyOf": [{"required": ["hashes"]}, {"required": ["urls"]}],
                    "properties": {
                        "hashes": {"type": "array", "items": _HASH, "maxItems": asked.MOST_HASHES},
                        "urls": {
                            "type": "array",
                            "items": {"type": "string", "description": "a web address, as it was written"},
                            "maxItems": asked.MOST_URLS,
                        },
                        "context": _CONTEXT,
                    },
                }
            },
        },
    }
}


@router.post(
    "/scan",
    auth=Bearer(Operation.SCAN),
    response={200: VerdictOut, **problems(401, 403, 411, 413, 415, 422, 503)},
    openapi_extra=BODY,
    summary="Scan an upload, hashes of it, or addresses",
)
def scan(request: HttpRequest) -> Any:
    """Withhold the content when `verdict` is `block`, hold it back while it is `review`.

    Nothing is kept of an upload in which nothing was found, but one more in the day's count.
    """
    key = request.auth  # type: ignore[attr-defined]
    wanted = asking.read(request)
    verdict = scanner().scan(wanted.content)
    actions.keep(key, verdict=verdict, context=wanted.context, key_name=key.name)
    return verdict.to_json()


_ITEM = BODY["requestBody"]["content"]["application/json"]["schema"]
BATCH: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["items"],
                    "properties": {
                        "items": {"type": "array", "items": _ITEM, "minItems": 1, "maxItems": asked.MOST_ITEMS}
                    },
                }
            }
        },
    }
}


@router.post(
    "/scan/batch",
    auth=Bearer(Operation.SCAN),
    response={200: BatchOut, **problems(401, 403, 413, 415, 422, 503)},
    openapi_extra=BATCH,
    summary="Scan hashes or addresses of many contents",
)
def scan_batch(request: HttpRequest) -> Any:
    """Each item is one content, as `POST /scan` takes it as JSON; at most 1,000 hashes and addresses together.

    One that is not of the form refuses the whole call, by its number.
    """
    key = request.auth  # type: ignore[attr-defined]
    if request.content_type != "application/json":
        raise asked.WrongMedia("Send JSON: `items`.")
    results = []
    for wanted in asked.read_batch(request.body):
        verdict = scanner().scan(wanted.content)
        actions.keep(key, verdict=verdict, context=wanted.context, key_name=key.name)
        results.append(verdict.to_json())
    return {"results": results}
