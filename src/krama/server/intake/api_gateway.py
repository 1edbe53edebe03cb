# SPDX-License-Identifier: Apache-2.0
"""The operators' gateway: SMS and the telephone menu. Answers are plain text, as gateways want them."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from krama.server.accounts.bearer import Gateway
from krama.server.accounts.may import Operation
from krama.server.intake.actions.hear import hear
from krama.server.intake.actions.menu import press
from krama.server.intake.doors.gateway import fields_of, incoming, session
from krama.server.intake.doors.sentences import screen
from krama.server.intake.doors.short import KHMER, parts
from krama.server.web.problems import problems

router = Router(tags=["gateway"])
PLAIN = "text/plain; charset=UTF-8"
SPEAKS: dict[str, Any] = {
    "responses": {200: {"description": "what to answer", "content": {"text/plain": {"schema": {"type": "string"}}}}}
}


@router.api_operation(
    ["GET", "POST"],
    "/gateway/sms",
    auth=Gateway(Operation.BRING_REPORTS),
    response={**problems(401, 403, 413, 422, 503)},
    openapi_extra=SPEAKS,
    summary="An SMS from a phone; the body of the answer is the SMS to send back",
)
def sms(request: HttpRequest) -> Any:
    """Stored before it is answered. The same message again is the same report and gets the same answer."""
    names = fields_of(settings.KRAMA_GATEWAY, settings.KRAMA_GATEWAY_FIELDS)
    reply = hear(request.auth, incoming=incoming(request, names))  # type: ignore[attr-defined]
    if settings.KRAMA_GATEWAY == "json":
        return JsonResponse({"reply": reply, "messages": parts(reply)}, json_dumps_params={"ensure_ascii": False})
    answer = HttpResponse(reply, content_type=PLAIN)
    if KHMER.search(reply):
        answer["X-Kannel-Coding"] = "2"  # UCS-2, as Kannel 1.4 numbers its codings
    return answer


@router.api_operation(
    ["GET", "POST"],
    "/gateway/ussd",
    auth=Gateway(Operation.BRING_REPORTS),
    response={**problems(401, 403, 413, 422, 503)},
    openapi_extra=SPEAKS,
    summary="One screen of the telephone menu",
)
def ussd(request: HttpRequest) -> Any:
    """`sessionId`, `phoneNumber` and every choice so far in `text`; answers begin with CON or END."""
    named, number, text = session(request)
    found = press(request.auth, session=named, number=number, text=text)  # type: ignore[attr-defined]
    return HttpResponse(screen(found.screen, found.shown_in), content_type=PLAIN)
