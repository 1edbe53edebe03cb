# SPDX-License-Identifier: Apache-2.0
"""`POST /reports`: an app that asks in its own words sends what a child told it. The same door as the page.

It is stored before it is answered, and once however often it is sent. What was said is never given back.
"""

from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from krama.sealing import in_fours
from krama.server.accounts.bearer import Bearer
from krama.server.accounts.may import Operation
from krama.server.accounts.models import Key
from krama.server.intake import help
from krama.server.intake.actions import receipt, take
from krama.server.intake.models import Report
from krama.server.intake.questions import BY_ID, LONGEST_SHORT
from krama.server.intake.sending import SHORTEST, Sending
from krama.server.intake.words import one_line, typed
from krama.server.web.idempotency import LONGEST, once
from krama.server.web.problems import problems

router = Router(tags=["reports"])
LONGEST_SENT = 40_000  # characters; a body of 256 KB holds them however they are escaped
LONGEST_ID = 200


class ReportIn(Schema):
    """Only `topic` must be there: a report counts from its first answer. Send no picture, no name of your user."""

    model_config = ConfigDict(extra="forbid")  # a misspelt field would lose what a child said

    topic: Literal["bullying", "threat", "approach", "saw", "other", "danger", "test"]
    words: str = Field("", max_length=LONGEST_SENT, description="what happened, in their own words")
    where: str = Field("", max_length=LONGEST_SHORT, description="a link, the name of an app or of an account")
    who: Literal["child", "friend", "parent", "teacher", "staff", "else"] | None = None
    age: Literal["0-6", "7-9", "10-12", "13-15", "16-17", "18", "unsure"] | None = None
    sex: Literal["boy", "girl", "other", "unsaid"] | None = None
    known: Literal["family", "known", "online", "stranger", "unsure"] | None = None
    peer: Literal["yes", "no", "unsure"] | None = Field(None, description="may the other person be a child too")
    back: Literal["no", "sms", "mail"] | None = Field(None, description="nothing goes out unless a way is chosen here")
    back_to: str = Field("", max_length=LONGEST_SHORT, description="a number or an address that only they read")
    back_hour: Literal["any", "morning", "noon", "afternoon", "evening"] | None = None
    language: Literal["km", "en"] = "km"
    content_id: str = Field("", max_length=LONGEST_ID, description="your own opaque id of what it is about")
    account_id: str = Field("", max_length=LONGEST_ID, description="your own opaque id of whom it is about")
    emergency: bool = Field(False, description="a child is in danger now")
    receipt: bool = Field(False, description="they want a code to come back with")


class LineOut(Schema):
    """A number to show, and what a phone dials."""

    name: str
    number: str
    dial: str
    sms: str | None
    free: bool
    day_and_night: bool


class HelpOut(Schema):
    """Show them with the answer, emergency numbers first when a child is in danger."""

    support: list[LineOut]
    emergency: list[LineOut]


class ReportOut(Schema):
    """`receipt` is 16 digits in fours: show it once, keep it nowhere. `help` is in the report's language."""

    at: datetime
    emergency: bool
    receipt: str | None
    help: HelpOut


TEXTS = {"words": (typed, LONGEST_SENT), "where": (one_line, LONGEST_SHORT), "back-to": (one_line, LONGEST_SHORT)}
IDS = {"content": "content_id", "account": "account_id"}


@router.post(
    "/reports",
    auth=Bearer(Operation.SEND_REPORTS),
    response={200: ReportOut, **problems(400, 401, 403, 409, 413, 422, 503)},
    summary="Send a report",
    openapi_extra={
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "schema": {"type": "string", "minLength": SHORTEST, "maxLength": LONGEST},
            }
        ]
    },
)
def send_report(request: HttpRequest, body: ReportIn) -> Any:
    """A person whose job is to protect children reads it. Send it again with the same key until it is answered."""
    key: Key = request.auth  # type: ignore[attr-defined]
    sending = Sending(key.prefix, request.headers.get("Idempotency-Key"))
    payload = {"said": sending.fingerprint(body.dict())}
    stored = once(f"reports:{key.prefix}", sending.name, payload, lambda: _taken(key, sending.pk, body))
    code = _receipt(key, sending, wanted=body.receipt)
    return {**stored, "receipt": code, "help": _help(body.language)}


@transaction.atomic
def _taken(key: Key, pk: Any, body: ReportIn) -> dict[str, Any]:
    report = take.take(
        key,
        pk=pk,
        topic=body.topic,
        door=Report.Door.APP,
        language=body.language,
        answers=answers(body),
    )
    if body.emergency:
        report = take.mark_emergency(key, report=report)
    return {"at": timezone.localtime(report.at).isoformat(), "emergency": report.is_emergency}


def answers(body: ReportIn) -> dict[str, str]:
    """By question, cleaned as on the page; nothing where nothing was said."""
    said = {question: getattr(body, question.replace("-", "_")) or "" for question in BY_ID}
    for question, (clean, most) in TEXTS.items():
        said[question] = clean(said[question], most)
    said |= {question: one_line(getattr(body, field), LONGEST_ID) for question, field in IDS.items()}
    return {question: text for question, text in said.items() if text}


def _receipt(key: Key, sending: Sending, *, wanted: bool) -> str | None:
    report = Report.objects.select_related("compartment").get(pk=sending.pk)
    if report.compartment is not None and report.compartment.destroyed_at is not None:
        return None  # its time is over: an old request sent again finds nothing
    if not wanted:
        receipt.want_no_code(key, report=report)
        return None
    return in_fours(receipt.give_code(key, report=report, secret=sending.code_secret()))


def _help(language: str) -> dict[str, Any]:
    return {"support": _lines(help.support(language)), "emergency": _lines(help.emergency(language))}


def _lines(lines: list[help.Line]) -> list[dict[str, Any]]:
    return [
        {
            "name": line.name,
            "number": line.number,
            "dial": line.dial,
            "sms": line.sms or None,
            "free": line.is_free,
            "day_and_night": line.day_and_night,
        }
        for line in lines
    ]
