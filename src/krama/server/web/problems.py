# SPDX-License-Identifier: Apache-2.0
"""Problems: RFC 9457 details for machines, a page in Khmer or English for people."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja import Schema

from krama.errors import BadInput, KramaError


@dataclass(frozen=True)
class Sentences:
    """What a person reads: what happened, and what to do."""

    title: str | Promise
    what: str | Promise
    do: str | Promise


STATUS = {
    "bad_input": 422,
    "bad_signal": 422,
    "not_allowed": 403,
    "scope_missing": 403,
    "second_factor_missing": 403,
    "not_signed_in": 401,
    "not_found": 404,
    "conflict": 409,
    "something_new": 409,
    "already_decided": 409,
    "merged": 409,
    "may_not_leave": 409,
    "note_missing": 409,
    "no_consent": 409,
    "no_safe_way": 409,
    "taken_before": 409,
    "alarm_over": 409,
    "held_by_another": 409,
    "not_given": 409,
    "too_large": 413,
    "length_required": 411,
    "interrupted": 408,
    "wrong_media_type": 415,
    "busy": 503,
    "mailbox_away": 503,
    "not_sent": 503,
    "not_kept": 503,
    "form_gone": 409,
    "bad_snapshot": 503,
    "idempotency_key_missing": 400,
    "in_progress": 409,
}

SENTENCES = {
    400: Sentences(_("That did not arrive whole"), _("Part of the request was missing."), _("Go back and try again.")),
    401: Sentences(_("Please sign in"), _("This page is for staff."), _("Sign in and open it again.")),
    403: Sentences(
        _("This page is not for your role"),
        _("You are signed in, but your role does not open this page."),
        _("If you need it for your work, ask your administrator."),
    ),
    404: Sentences(
        _("There is nothing here"), _("The address may be wrong, or the page has moved."), _("Go back to the start.")
    ),
    409: Sentences(
        _("Something changed while you were reading"),
        _("Nothing was written."),
        _("Go back, look again, and decide then."),
    ),
    413: Sentences(_("That is too large"), _("Nothing was stored."), _("Send a smaller file.")),
    422: Sentences(_("That could not be read"), _("Nothing was written."), _("Go back and correct it.")),
    500: Sentences(_("Something went wrong on our side"), _("Nothing was lost."), _("Please try again in a moment.")),
    503: Sentences(_("Very busy just now"), _("Nothing was lost."), _("Please try again in a moment.")),
}


def status_of(problem: KramaError) -> int:
    return STATUS.get(problem.code, 422 if isinstance(problem, BadInput) else 500)


def problem_response(request: HttpRequest, problem: KramaError) -> HttpResponseBase:
    """The answer to one of our own errors, in the form its reader wants."""
    status = status_of(problem)
    if wants_json(request):
        return problem_json(status, problem.code, problem.detail, **problem.fields)
    return problem_page(request, status)


def problem_json(status: int, code: str, detail: str, **fields: object) -> JsonResponse:
    """RFC 9457: `type` is a stable name, `detail` says what, where and what to do."""
    body = {"type": f"urn:krama:problem:{code}", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    answer = JsonResponse({**body, **fields}, status=status, content_type="application/problem+json")
    if status == 503:
        answer["Retry-After"] = "1"
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def problem_page(request: HttpRequest, status: int) -> HttpResponse:
    sentences = SENTENCES.get(status) or SENTENCES[500 if status >= 500 else 400]
    return render(request, "web/problem.html", {"problem": sentences, "status": status}, status=status)


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or settings.KRAMA_FACE == "api"


STALE_FORM = Sentences(
    _("This page was open for too long"), _("Nothing was written."), _("Load the page again and repeat.")
)


class ProblemPages:
    """The last middleware: one of our errors in a view becomes its answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        return _method_not_allowed(request, response) if response.status_code == 405 else response

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponseBase | None:
        if isinstance(problem, KramaError):
            return problem_response(request, problem)
        log_fault(request, problem)
        return None


def log_fault(request: HttpRequest, problem: Exception) -> None:
    """What broke and where in our code; never the message, which may hold personal data."""
    ours = [frame for frame in traceback.extract_tb(problem.__traceback__) if "krama" in frame.filename]
    where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
    route = request.resolver_match.route if request.resolver_match else ""
    structlog.get_logger().error("request failed", error=type(problem).__name__, where=where, route=route)


def _method_not_allowed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """405 has its own answer, made by the frameworks: say it in our words."""
    allowed = response.headers.get("Allow", "")
    answer = _page_or_json(request, 405, "method_not_allowed", f"This address takes {allowed}, not {request.method}.")
    answer.headers["Allow"] = allowed
    return answer


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    return _page_or_json(request, 400, "bad_request", "The request is malformed.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    if wants_json(request):
        return problem_json(403, "csrf", "The form's token is missing or old.")
    return render(request, "web/problem.html", {"problem": STALE_FORM, "status": 403}, status=403)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    return _page_or_json(request, 403, "not_allowed", "You may not do that.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    return _page_or_json(request, 404, "not_found", "There is nothing at this address.")


def server_error(request: HttpRequest) -> HttpResponseBase:
    return _page_or_json(request, 500, "server_error", "Something went wrong; nothing was lost. Try again in a moment.")


def _page_or_json(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponseBase:
    return problem_json(status, code, detail) if wants_json(request) else problem_page(request, status)


class Problem(Schema):
    """RFC 9457 problem details; `detail` says what, where and what to do."""

    type: str
    title: str
    status: int
    detail: str


def problems(*statuses: int) -> dict[int, type[Schema]]:
    """The problem answers of an operation, for its OpenAPI description."""
    return dict.fromkeys(statuses, Problem)
