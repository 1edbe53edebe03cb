# SPDX-License-Identifier: Apache-2.0
"""What `POST /scan` was asked: a form with a file, or JSON with hashes and addresses.

A refusal says what is wrong, where, and what to do.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError

from krama.errors import BadInput, KramaError
from krama.scanning import Content
from krama.server.web.storable import storable
from krama.server.web.uploads import Interrupted
from krama.signals import SignalType, parse_value

KINDS = frozenset(kind.value for kind in SignalType if kind is not SignalType.URL)  # addresses go into `urls`
MOST_HASHES = 20
MOST_URLS = 20
MOST_CONTEXT = 10
LONGEST_ID = 200


class WrongMedia(KramaError):
    """Send a form (multipart/form-data with `file`) or JSON (`hashes`)."""

    code = "wrong_media_type"
    public = True


@dataclass(frozen=True)
class ScanRequest:
    content: Content
    context: dict[str, str]


def read(request: HttpRequest) -> ScanRequest:
    """`BadInput` when it is not of the form that the API describes."""
    if request.content_type == "multipart/form-data":
        return _form(request)
    if request.content_type == "application/json":
        return _json(request)
    raise WrongMedia


def _form(request: HttpRequest) -> ScanRequest:
    uploads = _uploads(request)
    if not uploads:
        raise BadInput(
            "The form has no file: put the content into the form's field `file`, with a filename.", field="file"
        )
    if len(uploads) > 1:
        raise BadInput(f"The form has {len(uploads)} files; send one, each in its own request.", field="file")
    said = request.POST.get("context") or "{}"
    if len(said) > settings.KRAMA_BODY_LIMIT:
        raise BadInput("A field of the form is too long; only the field `file` may be large.", field="context")
    context = _context(_parse(said, "context"))
    return ScanRequest(Content.of_bytes(uploads[0].read()), context)


def _uploads(request: HttpRequest) -> list[UploadedFile[Any]]:
    """Every file of the form: none may pass unlooked at beside the one that is scanned."""
    try:
        found = [(name, upload) for name, uploads in request.FILES.lists() for upload in uploads]
    except UnreadablePostError as problem:
        raise Interrupted from problem
    except RequestDataTooBig as problem:
        raise BadInput("A field of the form is too long; only the field `file` may be large.") from problem
    except (TooManyFieldsSent, TooManyFilesSent) as problem:
        raise BadInput("The form has too many fields; it takes `file` and `context`.") from problem
    except MultiPartParserError as problem:
        raise BadInput(f"The form cannot be read ({problem}); send multipart/form-data with its boundary.") from problem
    if [name for name, _upload in found if name != "file"]:
        raise BadInput(
            "The form has a file in another field; put the content into the form's field `file`.", field="file"
        )
    return [upload for _name, upload in found]


def _json(request: HttpRequest) -> ScanRequest:
    body = _parse(request.body, "body")
    if not isinstance(body, dict) or not (_filled(body, "hashes") or _filled(body, "urls")):
        raise BadInput(
            'JSON needs `hashes`: [{"type": "pdq", "value": "..."}], or `urls`: ["https://..."].', field="hashes"
        )
    if len(_filled(body, "hashes")) > MOST_HASHES:
        raise BadInput(f"At most {MOST_HASHES} hashes of one content are taken.", field="hashes")
    hashes = [_hash(index, entry) for index, entry in enumerate(_filled(body, "hashes"))]
    content = Content.of_hashes(hashes) if hashes else Content()
    return ScanRequest(_with_urls(content, _filled(body, "urls")), _context(body.get("context") or {}))


def _filled(body: dict[str, Any], name: str) -> list[Any]:
    """A list of the body; empty where there is none."""
    if not isinstance(body.get(name, []), list):
        raise BadInput(f"`{name}` is a list.", field=name)
    return list(body.get(name, []))


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


def _hash(index: int, entry: Any) -> tuple[SignalType, str, int | None]:
    where = f"hashes[{index}]"
    if not isinstance(entry, dict) or not isinstance(entry.get("type"), str) or not isinstance(entry.get("value"), str):
        raise BadInput(f"{where} needs `type` and `value`, both text.", field=where)
    if entry["type"] not in KINDS:
        raise BadInput(f"{where}.type is one of {', '.join(sorted(KINDS))}.", field=where)
    try:
        value = parse_value(SignalType(entry["type"]), entry["value"])
    except KramaError as problem:
        raise BadInput(f"{where}.value: {problem.detail}", field=where) from problem
    quality = entry.get("quality")
    if quality is not None and (type(quality) is not int or not 0 <= quality <= 100):
        raise BadInput(f"{where}.quality is a whole number from 0 to 100.", field=where)
    return SignalType(entry["type"]), value, quality


def _context(given: Any) -> dict[str, str]:
    fits = isinstance(given, dict) and len(given) <= MOST_CONTEXT
    if not fits or not all(_is_id(key) and _is_id(value) for key, value in given.items()):
        raise BadInput(
            f"`context` is an object of at most {MOST_CONTEXT} of your own opaque ids, each text of 1 to {LONGEST_ID} "
            'characters: {"content_id": "...", "account_id": "..."}.',
            field="context",
        )
    return dict(given)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_ID and storable(value)


def _parse(text: str | bytes, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise BadInput(f"`{where}` is not valid JSON.", field=where) from problem
