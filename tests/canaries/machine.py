# SPDX-License-Identifier: Apache-2.0
"""What machines send: every operation of the API's own description with a canary in each text, good and bad;
and, by hand, what leads to cases: scans of listed pictures, as a form and as hashes, with the firm's ids.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from krama.testing import pictures
from tests.canaries.browser import EDGE, Answer, Browser, parts
from tests.canaries.doors import METHODS, is_text, operation_name, resolved
from tests.canaries.values import SCRIPTS, Canaries

SCAN = "/api/v1/scan"
FORM = f"multipart/form-data; boundary={EDGE}"


def listed(seed: int, quality: int, comment: str) -> bytes:
    """A changed copy of a listed picture, another file each time, with words in its comment and after its end."""
    picture = pictures.changed_copy(pictures.landscape(seed, size=(1024, 768)))
    said = comment.encode()
    return pictures.encoded(picture, "JPEG", quality=quality, comment=said) + said


def context(canaries: Canaries, script: str) -> dict[str, str]:
    """What an app says of an upload: ids that are the firm's, and a word more."""
    named = {name: canaries.new("api scan body.context.(value)", script) for name in ("content_id", "account_id")}
    return named | {
        canaries.new("api scan body.context.(name)", script): canaries.new("api scan body.context.(value)", script)
    }


def scan_picture(machine: Browser, seed: int, script: str) -> Answer:
    new = machine.canaries.new
    said = json.dumps(context(machine.canaries, script), ensure_ascii=script == "latin")
    comment = new("api scan body.file", script)
    body = parts([("context", said), (new("api scan body.file"), new("api scan body.file"))], {})
    name = new("api scan body.file", script)
    data = listed(seed, 60 + seed, comment)
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="{name}.jpg"\r\n\r\n'.encode()
    return machine.ask("POST", SCAN, head + data + b"\r\n" + body, FORM)


def scan_badly(machine: Browser) -> list[Answer]:
    """Each is refused, and whatever it held is held by nobody."""
    new = machine.canaries.new
    door = "api scan body.context.(value)"
    good = {"type": "sha256", "value": "ab" * 32}
    bodies: list[Any] = [
        {"hashes": [good], "context": {"account_id": [new(door)]}},
        {"hashes": [good], "context": {"account_id": new(door, "khmer") * 30}},
        {"hashes": [good], "context": {new(door): new(door) + "\0"}},
        {"hashes": [{"type": "sha256", "value": new("api scan body.hashes[].value")}], "context": {"a": new(door)}},
        {"hashes": [{"type": new("api scan body.hashes[].value"), "value": "1"}]},
        {"hashes": [good, new("api scan body.hashes[].value", "khmer")]},
        [new("api scan body.context", "khmer")],
        {new("api scan body.context"): 1},
    ]
    answers = [machine.json("POST", SCAN, body) for body in bodies]
    torn = parts([("context", new("api scan body.context"))], {"file": b"x"})
    other = parts([("context", "{}")], {new("api scan body.file"): b"x"})
    answers += [machine.ask("POST", SCAN, body, FORM) for body in (torn, other, torn[:-40])]
    return [*answers, machine.ask("POST", SCAN, new("api scan body.context").encode(), "text/plain")]


def every_operation(machine: Browser, described: dict[str, Any], ref: str) -> None:
    """Once with a good form, and once with each text where another thing is asked."""
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            if method in METHODS:
                for script in SCRIPTS:
                    for real in (ref, ""):
                        _call(machine, described, (path, method.upper(), operation), script, real)


def _call(
    machine: Browser, described: dict[str, Any], called: tuple[str, str, dict[str, Any]], script: str, ref: str
) -> None:
    path, method, operation = called
    name = operation_name(operation)
    new, headers, query = machine.canaries.new, {}, []
    for one in operation.get("parameters", []):
        door = f"api {name} {one['in']}.{one['name']}"
        if one["in"] == "path":
            given = ref if ref and one["name"] == "ref" else new(door, script)
            path = path.replace("{" + one["name"] + "}", quote(given))
        elif one["in"] == "header":
            headers[one["name"].replace("-", "_")] = new(door)
        else:
            query.append(f"{one['name']}={quote(new(door, script))}")
    body = _body(machine.canaries, described, operation, (f"api {name} body", script))
    address = re.sub(r"\{\w+\}", str(uuid4()), path) + ("?" + "&".join(query) if query else "")
    if body is None:
        machine.ask(method, address, None, "", **headers)
    else:
        machine.json(method, address, body, **headers)


def _body(canaries: Canaries, described: dict[str, Any], operation: dict[str, Any], at: tuple[str, str]) -> Any:
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    return example(canaries, described, content["application/json"]["schema"], at)


def example(canaries: Canaries, described: dict[str, Any], schema: dict[str, Any], at: tuple[str, str]) -> Any:
    """A value of this shape, canaries wherever words may stand."""
    schema = resolved(described, schema)
    door, script = at
    if is_text(schema):
        return canaries.new(door, script)
    if "enum" in schema or "const" in schema:
        return schema.get("enum", [schema.get("const")])[0]
    if schema.get("type") == "array":
        return [example(canaries, described, schema.get("items", {}), (f"{door}[]", script))]
    if schema.get("type") == "object":
        made = {
            name: example(canaries, described, one, (f"{door}.{name}", script))
            for name, one in schema.get("properties", {}).items()
        }
        more = schema.get("additionalProperties")
        if isinstance(more, dict):
            key = canaries.new(f"{door}.(name)", script)
            made[key] = example(canaries, described, more, (f"{door}.(value)", script))
        return made
    return str(uuid4()) if schema.get("format") == "uuid" else 1
