# SPDX-License-Identifier: Apache-2.0
"""What an operator's HTTP gateway sends, in its own names: who, what, and its id. The sender is never logged."""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest

from krama.errors import BadHome, BadInput
from krama.server.intake.words import UNSEEN, one_line, typed

# `kannel` as its user's guide names them in the examples of sms-service; `json` is what one writes oneself.
PRESETS: dict[str, dict[str, str]] = {
    "kannel": {"from": "from", "to": "to", "text": "text", "id": "id", "charset": "charset"},
    "json": {"from": "from", "to": "to", "text": "text", "id": "id", "charset": "charset"},
}
USSD = {"session": "sessionId", "from": "phoneNumber", "text": "text"}
MOST = 2_000  # characters of one message: a long SMS of 255 parts is shorter in words than its limit says
LONGEST_ID = 200
WIDE = dict.fromkeys(("utf16-be", "utf16be", "ucs-2", "ucs2", "ucs-2be", "unicode"), "utf-16-be")  # gateways' names
FIELDS = 40


@dataclass(frozen=True, repr=False)
class Incoming:
    """One message from a phone; its repr shows nothing."""

    sender: str
    text: str
    id: str


def fields_of(preset: str, changed: str) -> dict[str, str]:
    """The gateway's names: a preset, and `from=msisdn,text=message` over it."""
    if preset not in PRESETS:
        raise BadHome(f"KRAMA_GATEWAY is {preset!r}; write one of {', '.join(PRESETS)}.")
    names = dict(PRESETS[preset])
    for part in filter(None, changed.split(",")):
        ours, _equals, theirs = part.strip().partition("=")
        if ours not in names or not theirs:
            raise BadHome(f"KRAMA_GATEWAY_FIELDS holds {part.strip()!r}; write pairs such as from=msisdn,text=message.")
        names[ours] = theirs
    return names


def incoming(request: HttpRequest, names: dict[str, str]) -> Incoming:
    """One SMS; `BadInput` when neither a sender nor a text came."""
    given = given_by(request)
    found = {ours: given.get(theirs, b"") for ours, theirs in names.items()}
    charset = found["charset"].decode("ascii", "replace").strip()
    text = decoded(found["text"], charset)
    if charset.lower() == "binary" or _is_binary(text):  # a ring tone or a picture in pieces: not kept, still a report
        text = ""
    sender = one_line(decoded(found["from"], ""), LONGEST_ID)
    if not sender and not found["text"]:
        raise BadInput(f"Send the parameters {names['from']!r} and {names['text']!r}.", field=names["from"])
    return Incoming(sender, typed(text, MOST), one_line(decoded(found["id"], ""), LONGEST_ID))


def session(request: HttpRequest) -> tuple[str, str, str]:
    """A call of the telephone menu: its session, its number, and every choice so far."""
    given = given_by(request)
    found = {ours: decoded(given.get(theirs, b""), "").strip() for ours, theirs in USSD.items()}
    if not found["session"]:
        raise BadInput("Send the parameter 'sessionId'.", field="sessionId")
    return found["session"][:LONGEST_ID], one_line(found["from"], LONGEST_ID), found["text"][:500]


def decoded(raw: bytes, charset: str) -> str:
    """In the charset that was named when it fits, else in what it can be; never an error."""
    for name in (WIDE.get(charset.strip().lower(), charset), "utf-8"):
        try:
            info = codecs.lookup(name.strip() or "utf-8")
            if getattr(info, "_is_text_encoding", False):
                return raw.decode(info.name)
        except (LookupError, ValueError):
            continue
    return raw.decode("utf-16-be" if _looks_wide(raw) else "cp1252", "replace")


def given_by(request: HttpRequest) -> dict[str, bytes]:
    """Every parameter as bytes, from the query, a form or JSON; the body wins."""
    given = _pairs(request.META.get("QUERY_STRING", ""))
    if request.method != "POST":
        return given
    if request.content_type == "multipart/form-data":
        return given | {name: str(value).encode("utf-8", "replace") for name, value in request.POST.items()}
    is_json = request.content_type == "application/json"
    return given | (_from_json(request.body) if is_json else _pairs(request.body.decode("latin-1")))


def _pairs(text: str) -> dict[str, bytes]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, encoding="latin-1", max_num_fields=FIELDS)
    except ValueError as problem:
        raise BadInput(f"At most {FIELDS} parameters are taken.") from problem
    return {name: _bytes(value) for name, value in pairs}


def _from_json(body: bytes) -> dict[str, bytes]:
    try:
        found: Any = json.loads(body or b"{}")
    except (ValueError, RecursionError) as problem:
        raise BadInput("The body is not JSON.") from problem
    if not isinstance(found, dict):
        raise BadInput("The body is not a JSON object.")
    simple = {name: value for name, value in found.items() if isinstance(value, str | int) and name != ""}
    return {str(name): str(value).encode("utf-8", "replace") for name, value in simple.items()}


def _bytes(value: str) -> bytes:
    # A query may hold letters beyond latin-1 when a client did not encode them.
    return value.encode("latin-1") if all(ord(letter) < 256 for letter in value) else value.encode()


def _is_binary(text: str) -> bool:
    strange = len(UNSEEN.findall(text)) + text.count("\ufffd")
    return strange * 4 > len(text)


def _looks_wide(raw: bytes) -> bool:
    return len(raw) >= 2 and len(raw) % 2 == 0 and all(high in (0x00, 0x17) for high in raw[::2])
