# SPDX-License-Identifier: Apache-2.0
"""The API face: one NinjaAPI, its routers from the rooms, and one shape of problem."""

from __future__ import annotations

from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from krama import __version__
from krama.errors import KramaError
from krama.server.assessments.api import router as proofs
from krama.server.cases.api import router as cases
from krama.server.detections.api import router as detections
from krama.server.detections.api_gate import router as from_gates
from krama.server.intake.api import router as reports
from krama.server.intake.api_gateway import router as gateway
from krama.server.measures.api import router as measures
from krama.server.web.problems import log_fault, problem_json, problem_response

DESCRIPTION = (
    "Scan uploads, send reports, read cases, send what people decide, confirm measures. "
    "Keys are made by an administrator and sent as `Authorization: Bearer krama_...`."
)
api = NinjaAPI(
    title="Krama",
    version=__version__,
    description=DESCRIPTION,
    docs_url=None,
    openapi_url="/openapi.json",
    docs_decorator=require_safe,
    urls_namespace="api",
)
for router in (detections, from_gates, reports, cases, measures, proofs, gateway):
    api.add_router("", router)


@api.exception_handler(KramaError)
def krama_error(request: HttpRequest, problem: KramaError) -> Any:
    return problem_response(request, problem)


@api.exception_handler(ValidationError)
def validation_error(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    """Which field, and what about it; never the value, which may be personal."""
    errors = [{"field": _field(error["loc"]), "detail": str(error["msg"])} for error in problem.errors]
    detail = "; ".join(f"{error['field']}: {error['detail']}" for error in errors)
    return problem_json(422, "bad_input", f"{detail}.", errors=errors)


@api.exception_handler(AuthenticationError)
def not_signed_in(request: HttpRequest, problem: AuthenticationError) -> HttpResponse:
    return problem_json(401, "not_signed_in", "Send a valid key: `Authorization: Bearer krama_...`.")


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, problem: HttpError) -> HttpResponse:
    return problem_json(problem.status_code, "bad_request", f"{str(problem).rstrip('.')}.")


@api.exception_handler(OperationalError)
def database_away(request: HttpRequest, problem: OperationalError) -> HttpResponse:
    log_fault(request, problem)
    return problem_json(503, "database_away", "The database does not answer; nothing was lost. Try again in a moment.")


@api.exception_handler(Exception)
def anything_else(request: HttpRequest, problem: Exception) -> HttpResponse:
    log_fault(request, problem)
    return problem_json(500, "server_error", "Something went wrong; nothing was lost. Try again in a moment.")


def _field(location: tuple[Any, ...]) -> str:
    # ninja names the parameter twice (body.body.state): the reader knows their own field only.
    return ".".join(str(part) for part in location if part not in ("body", "query", "path", "form"))
