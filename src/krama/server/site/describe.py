# SPDX-License-Identifier: Apache-2.0
"""The human page of the API, made from the OpenAPI document itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from krama.server.site.api import api


@dataclass(frozen=True)
class Words:
    """An operation for people, in both languages; the OpenAPI document is in English."""

    scope: str
    title: str | Promise
    what: str | Promise


GATEWAY_SMS = Words(
    "reports:gateway",
    _("An SMS from a phone"),
    _("Your gateway sends it on; what is answered is the SMS to send back. Repeat it freely: it is one report."),
)
GATEWAY_USSD = Words(
    "reports:gateway",
    _("One screen of the telephone menu"),
    _("Your gateway asks for each screen; the first word of the answer says whether it goes on or is over."),
)
WORDS = {
    ("POST", "/scan"): Words(
        "scan",
        _("Scan an upload, or hashes of it"),
        _(
            "Ask before anybody sees the upload. Withhold it when the answer is to block, hold it back while the "
            "answer is to review. When nothing is found, nothing is kept but one more in the count of the day."
        ),
    ),
    ("POST", "/scan/batch"): Words(
        "scan",
        _("Scan the hashes or addresses of many uploads"),
        _("At most a thousand together, each answered as if it were asked alone, in the same order."),
    ),
    ("POST", "/detections"): Words(
        "detections:deliver",
        _("Bring what a gate found"),
        _("The gate does this by itself. Repeat it freely: each is kept once."),
    ),
    ("POST", "/reports"): Words(
        "reports:send",
        _("Send a report"),
        _(
            "What somebody told your app, sent on. It is stored before it is answered. Show the numbers that help, "
            "and the code if one was wanted; keep neither. Send a new key with each report, the same one when you "
            "repeat it."
        ),
    ),
    ("GET", "/cases"): Words(
        "cases:read",
        _("The queue"),
        _("What is due first comes first. Only cases of normal sensitivity: the others are decided in Krama."),
    ),
    ("GET", "/cases/{ref}"): Words(
        "cases:read", _("One case"), _("Hashes, ids and facts, and why it is here; never a picture.")
    ),
    ("POST", "/cases/{ref}/decision"): Words(
        "cases:decide",
        _("Send what a person decided"),
        _(
            "Name the person and every open item they were shown. If something new came in meanwhile, nothing is "
            "decided: show it to the person and ask again. Send a new key with each decision, the same one when you "
            "repeat it."
        ),
    ),
    ("POST", "/measures/{measure_id}/confirmation"): Words(
        "measures:confirm",
        _("Confirm a measure"),
        _("Say when the content was removed or restored, or that it could not be. Repeat it freely."),
    ),
    ("POST", "/measures/{measure_id}/check"): Words(
        "measures:confirm",
        _("Say whether a measure still holds"),
        _("When Krama asks again: it still holds, or no longer. That it holds no longer may be said unasked."),
    ),
    ("GET", "/gateway/sms"): GATEWAY_SMS,
    ("POST", "/gateway/sms"): GATEWAY_SMS,
    ("GET", "/gateway/ussd"): GATEWAY_USSD,
    ("POST", "/gateway/ussd"): GATEWAY_USSD,
    ("GET", "/proofs"): Words(
        "proofs:read",
        _("Every live proof"),
        _("What the running system shows of the guidelines now: red first, with the cause and the raw figures."),
    ),
    ("GET", "/proofs/{proof_id}"): Words(
        "proofs:read", _("One live proof, with 90 days"), _("How often it was seen green, red and not known, by day.")
    ),
}


def operations() -> list[dict[str, Any]]:
    """Every operation: method, path, what it does, what it takes and gives."""
    document: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
    return [
        _operation(document, method.upper(), path, what)
        for path, methods in document["paths"].items()
        for method, what in methods.items()
    ]


def _operation(document: dict[str, Any], method: str, path: str, what: dict[str, Any]) -> dict[str, Any]:
    answers = what["responses"]
    words = WORDS[method, path.removeprefix("/api/v1")]
    return {
        "method": method,
        "path": path,
        "summary": words.title,
        "description": words.what,
        "scope": words.scope,
        "request_example": _request(document, what),
        "response_example": _example(document, answers.get(200) or answers.get("200") or {}),
        "errors": [str(status) for status in answers if int(status) >= 400],
    }


def _request(document: dict[str, Any], what: dict[str, Any]) -> str:
    content = what.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    return json.dumps(_sample(document, schema), indent=2) if schema else ""


def _example(document: dict[str, Any], answer: dict[str, Any]) -> str:
    schema = answer.get("content", {}).get("application/json", {}).get("schema")
    return json.dumps(_sample(document, schema), indent=2) if schema else ""


def _sample(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """A value of the schema's shape, with the schema's own words in it."""
    if "$ref" in schema:
        return _sample(document, document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    if "example" in schema:
        return schema["example"]
    for several in ("anyOf", "allOf", "oneOf"):
        if several in schema:
            return _sample(document, schema[several][0])
    if "enum" in schema:
        return "|".join(map(str, schema["enum"]))
    if "const" in schema:
        return schema["const"]
    kind = schema.get("type")
    if kind == "object":
        return {name: _sample(document, part) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [_sample(document, schema.get("items", {}))]
    return {"integer": 0, "number": 0.0, "boolean": True}.get(str(kind), schema.get("format") or "text")
