# SPDX-License-Identifier: Apache-2.0
"""Uploads stay in memory and are refused before they are read: suspected material never touches a disk.

At most `KRAMA_UPLOADS_AT_ONCE` are held in one process; each costs its body and one decoded picture.
An upload is a form to `KRAMA_UPLOAD_PATH`, or a workbook or a proof to a page that ends with `/upload`;
whatever goes elsewhere must be small.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

from krama.errors import Busy, KramaError, TooLarge
from krama.server.web.front import CUT
from krama.server.web.problems import problem_response

FILES = "/upload"  # how the address of a page ends that takes a file
GetResponse = Callable[[HttpRequest], HttpResponseBase]


class LengthRequired(KramaError):
    """Say how long the upload is: a Content-Length header is needed, chunked uploads are not taken."""

    code = "length_required"
    public = True


class Interrupted(KramaError):
    """The body stopped before its end, or took too long; nothing was kept. Send it again."""

    code = "interrupted"
    public = True
    permanent = False


class MemoryOnly(MemoryFileUploadHandler):
    """Django's memory handler without its silent way out: what is too large is an error, never dropped."""

    def handle_raw_input(self, *args: object, **kwargs: object) -> None:
        self.activated = True

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        if isinstance(self.file, io.BytesIO):
            self.file = io.BytesIO(self.file.getvalue())  # exactly as long as it is: reading it copies nothing
        return super().file_complete(file_size)


class UploadGuard:
    """The first middleware: length, limit, and a seat among the uploads held at once."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.seats = threading.BoundedSemaphore(settings.KRAMA_UPLOADS_AT_ONCE)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        try:
            check_length(request)
        except KramaError as problem:
            return refuse(request, problem)
        if not is_upload(request.META):
            return self.get_response(request)
        return self.seated(request)

    def seated(self, request: HttpRequest) -> HttpResponseBase:
        if not self.seats.acquire(blocking=False):
            return refuse(request, Busy(at_once=settings.KRAMA_UPLOADS_AT_ONCE))
        try:
            return self.get_response(request)
        finally:
            self.seats.release()


def check_length(request: HttpRequest) -> None:
    """411 without a Content-Length, 413 above the limit, both before one byte is read; 408 for what came in part."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdecimal()):
        if request.META.get("HTTP_TRANSFER_ENCODING") or is_upload(request.META):
            raise LengthRequired
        return
    limit = limit_of(request.META)
    if int(length) > limit:
        raise TooLarge(
            f"The body has {int(length):,} bytes; at most {limit:,} are taken. "
            "Send a smaller file, or its hashes as JSON (POST /api/v1/scan).",
            limit=limit,
            length=int(length),
        )
    if CUT in request.META:
        raise Interrupted


def limit_of(environ: Mapping[str, Any]) -> int:
    """How many bytes of a body are taken at this address."""
    if not is_upload(environ):
        longer = {
            settings.KRAMA_WORDS_PATH: settings.KRAMA_WORDS_LIMIT,
            settings.KRAMA_DELIVERY_PATH: settings.KRAMA_DELIVERY_LIMIT,
            f"{settings.KRAMA_UPLOAD_PATH}/batch": settings.KRAMA_DELIVERY_LIMIT // 2,
        }
        return int(longer.get(environ["PATH_INFO"], settings.KRAMA_BODY_LIMIT))
    scanned = environ["PATH_INFO"] == settings.KRAMA_UPLOAD_PATH
    return int(settings.KRAMA_UPLOAD_LIMIT if scanned else settings.KRAMA_FILE_LIMIT)


def is_upload(environ: Mapping[str, Any]) -> bool:
    """A form to where uploads go."""
    is_form = str(environ.get("CONTENT_TYPE", "")).lower().startswith("multipart/")
    path = environ["PATH_INFO"]
    return is_form and (path == settings.KRAMA_UPLOAD_PATH or path.endswith(FILES))


def is_small(environ: Mapping[str, Any]) -> bool:
    """A body that is awaited before a thread is given to it."""
    return not is_upload(environ) and int(environ["CONTENT_LENGTH"]) <= limit_of(environ)


def refuse(request: HttpRequest, problem: KramaError) -> HttpResponseBase:
    with translation.override(translation.get_language_from_request(request)):
        response = problem_response(request, problem)
    response["Connection"] = "close"  # the body was not read, so the connection cannot be used again
    return response
