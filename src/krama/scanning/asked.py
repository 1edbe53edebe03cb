# SPDX-License-Identifier: Apache-2.0
"""What a scan was asked, as JSON says it: hashes and addresses of one content, and the firm's own ids.

The server and the gate both read requests here, so that they take and refuse the same.
A refusal says what is wrong, where, and what to do.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from krama.errors import BadInput, KramaError
from krama.scanning.scanner import Content, Hash
from krama.signals import SignalType, parse_value
from krama.text.storable import storable

KINDS = {kind.value: kind for kind in SignalType if kind is not SignalType.URL}  # addresses go into `urls`
MOST_HASHES = 20
MOST_URLS = 20
MOST_CONTEXT = 10
MOST_ITEMS = 1_000  # hashes and addresses of one batch, together
LONGEST_ID = 200


class WrongMedia(KramaError):
    """Send a form (multipart/form-data with `file`) or JSON (`hashes`)."""

    code = "wrong_media_type"
    public = True


@dataclass(frozen=True)
class ScanRequest:
    """One content, and the firm's own ids of it."""

    content: Content
    context: dict[str, str]


def read_json(text: bytes) -> ScanRequest:
    """The body of `POST /scan` as JSON; `BadInput` when it is not of the form that the API describes."""
    return read_item(parsed(text, "body"))


def read_item(body: Any) -> ScanRequest:
    """One content: its hashes, its addresses, its context."""
    given, urls = (_filled(body, "hashes"), _filled(body, "urls")) if isinstance(body, dict) else ([], [])
    if not given and not urls:
        raise BadInput(
            'JSON needs `hashes`: [{"type": "pdq", "value": "..."}], or `urls`: ["https://..."].', field="hashes"
        )
    if len(given) > MOST_HASHES:
        raise BadInput(f"At most {MOST_HASHES} hashes of one content are taken.", field="hashes")
    content = Content(hashes=tuple([_hash(index, entry) for index, entry in enumerate(given)]))  # checked one by one
    context = body.get("context")
    return ScanRequest(_with_urls(content, urls), read_context(context) if context else {})


def read_batch(text: bytes) -> list[ScanRequest]:
    """The body of `POST /scan/batch`: `items`, each as `POST /scan` takes it, of at most 1,000 hashes and addresses."""
    body = parsed(text, "body")
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list) or not items:
        raise BadInput('JSON needs `items`: [{"hashes": [...], "context": {...}}, ...].', field="items")
    if sum(_weight(item) for item in items) > MOST_ITEMS:
        raise BadInput(f"At most {MOST_ITEMS:,} hashes and addresses are taken in one call.", field="items")
    return [_of_batch(index, item) for index, item in enumerate(items)]


def read_context(given: Any) -> dict[str, str]:
    """The firm's own opaque ids."""
    fits = isinstance(given, dict) and len(given) <= MOST_CONTEXT
    if not fits or not all(_is_id(key) and _is_id(value) for key, value in given.items()):
        raise BadInput(
            f"`context` is an object of at most {MOST_CONTEXT} of your own opaque ids, each text of 1 to {LONGEST_ID} "
            'characters: {"content_id": "...", "account_id": "..."}.',
            field="context",
        )
    return dict(given)


def parsed(text: str | bytes, where: str) -> Any:
    """JSON, or `BadInput`."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise BadInput(f"`{where}` is not valid JSON.", field=where) from problem


def one_file(names: list[str]) -> None:
    """A form has one file, in its field `file`: none may pass unlooked at beside the one that is scanned."""
    if any(name != "file" for name in names):
        raise BadInput(
            "The form has a file in another field; put the content into the form's field `file`.", field="file"
        )
    if not names:
        raise BadInput(
            "The form has no file: put the content into the form's field `file`, with a filename.", field="file"
        )
    if len(names) > 1:
        raise BadInput(f"The form has {len(names)} files; send one, each in its own request.", field="file")


def _weight(item: Any) -> int:
    if not isinstance(item, dict):
        return 1
    return max(1, sum(len(item[name]) for name in ("hashes", "urls") if isinstance(item.get(name), list)))


def _of_batch(index: int, item: Any) -> ScanRequest:
    try:
        return read_item(item)
    except BadInput as problem:
        field = problem.fields.get("field", "")
        raise BadInput(f"items[{index}]: {problem.detail}", field=f"items[{index}].{field}") from problem


def _filled(body: dict[str, Any], name: str) -> list[Any]:
    """A list of the body; empty where there is none."""
    given = body.get(name, [])
    if not isinstance(given, list):
        raise BadInput(f"`{name}` is a list.", field=name)
    return given


def _with_urls(content: Content, urls: list[Any]) -> Content:
    if len(urls) > MOST_URLS:
        raise BadInput(f"At most {MOST_URLS} addresses of one content are taken.", field="urls")
    for index, url in enumerate(urls):
        try:
            content = content.with_addresses([*content.addresses, _url(url)])
        except BadInput as problem:
            raise BadInput(f"urls[{index}]: {problem.detail}", field=f"urls[{index}]") from problem
    return content


def _url(url: Any) -> str:
    if not isinstance(url, str) or not storable(url):
        raise BadInput("an address is text.")
    return url


def _hash(index: int, entry: Any) -> Hash:
    where = f"hashes[{index}]"
    if not isinstance(entry, dict) or not isinstance(entry.get("type"), str) or not isinstance(entry.get("value"), str):
        raise BadInput(f"{where} needs `type` and `value`, both text.", field=where)
    kind = KINDS.get(entry["type"])
    if kind is None:
        raise BadInput(f"{where}.type is one of {', '.join(sorted(KINDS))}.", field=where)
    try:
        value = parse_value(kind, entry["value"])
    except KramaError as problem:
        raise BadInput(f"{where}.value: {problem.detail}", field=where) from problem
    quality = entry.get("quality")
    if quality is not None and (type(quality) is not int or not 0 <= quality <= 100):
        raise BadInput(f"{where}.quality is a whole number from 0 to 100.", field=where)
    return Hash(kind, value, quality)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_ID and storable(value)
