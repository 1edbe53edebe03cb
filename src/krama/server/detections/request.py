# SPDX-License-Identifier: Apache-2.0
"""What `POST /scan` was asked of Django: a form with a file, or JSON with hashes and addresses.

What each of them may say stands in `krama.scanning.asked`, where the gate reads it too.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError

from krama.errors import BadInput
from krama.scanning import Content
from krama.scanning.asked import ScanRequest, WrongMedia, one_file, parsed, read_context, read_json
from krama.server.web.uploads import Interrupted


def read(request: HttpRequest) -> ScanRequest:
    """`BadInput` when it is not of the form that the API describes."""
    if request.content_type == "multipart/form-data":
        return _form(request)
    if request.content_type == "application/json":
        return read_json(request.body)
    raise WrongMedia


def _form(request: HttpRequest) -> ScanRequest:
    uploads = _uploads(request)
    one_file([name for name, _upload in uploads])
    said = request.POST.get("context") or "{}"
    if len(said) > settings.KRAMA_BODY_LIMIT:
        raise BadInput("A field of the form is too long; only the field `file` may be large.", field="context")
    return ScanRequest(Content.of_bytes(uploads[0][1].read()), read_context(parsed(said, "context")))


def _uploads(request: HttpRequest) -> list[tuple[str, UploadedFile[Any]]]:
    try:
        return [(name, upload) for name, uploads in request.FILES.lists() for upload in uploads]
    except UnreadablePostError as problem:
        raise Interrupted from problem
    except RequestDataTooBig as problem:
        raise BadInput("A field of the form is too long; only the field `file` may be large.") from problem
    except (TooManyFieldsSent, TooManyFilesSent) as problem:
        raise BadInput("The form has too many fields; it takes `file` and `context`.") from problem
    except MultiPartParserError as problem:
        raise BadInput(f"The form cannot be read ({problem}); send multipart/form-data with its boundary.") from problem
