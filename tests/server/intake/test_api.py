# SPDX-License-Identifier: Apache-2.0
"""`POST /api/v1/reports`: the same door as the page; stored before it is answered, once however often it is sent."""

from __future__ import annotations

import json
import secrets
import typing
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from krama.sealing import read_code, receipt_of
from krama.server.compartments.actions.destroy import destroy_key, finish
from krama.server.compartments.models import Destruction
from krama.server.detections.scanner import identifiers
from krama.server.intake.actions import collect
from krama.server.intake.api import LONGEST_SENT, ReportIn
from krama.server.intake.models import Part, Report, Topic
from krama.server.intake.queries import answers_of
from krama.server.intake.questions import BY_ID
from krama.server.site.api import api
from krama.server.trail.models import Entry
from krama.server.web.models import Answer
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PATH = "/api/v1/reports"
CANARY = "គេគំរាមខ្ញុំ canary-4711"
WHOLE = {
    "topic": "threat", "words": CANARY, "where": "app.example.org/p/1", "who": "child", "age": "13-15", "sex": "boy",
    "known": "online", "peer": "unsure", "back": "sms", "back_to": "012 345 678", "back_hour": "evening",
    "language": "km", "content_id": "p-1", "account_id": "a-7", "emergency": False, "receipt": True,
}  # fmt: skip


class App:
    """An app with a key; each `send` is a new report unless it is told which."""

    def __init__(self, *scopes: str) -> None:
        self.key, secret = builders.key(*(scopes or ("reports:send",)))
        self.client: Client = builders.api(secret)

    def send(self, body: Any, key: str | None = None) -> Any:
        headers = {"Idempotency-Key": secrets.token_hex(16) if key is None else key}
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.client.post(PATH, data, content_type="application/json", headers=headers)


@pytest.fixture
def app() -> App:
    return App()


def moved_in() -> Report:
    report = Report.objects.get()
    collect.mark_collected([report], identifiers())
    report.refresh_from_db()
    return report


def test_one_answer_is_a_report(app: App) -> None:
    answer = app.send({"topic": "bullying"})
    assert answer.status_code == 200, answer.content
    report = Report.objects.get()
    assert (report.topic, report.door, report.language, report.no_code) == ("bullying", "app", "km", True)
    assert answer.json()["receipt"] is None
    assert Entry.objects.filter(event="report:taken", actor_id=app.key.actor_id).count() == 1


def test_everything_that_was_said_lies_sealed_and_comes_to_the_desk(app: App) -> None:
    answer = app.send(WHOLE)
    assert CANARY not in answer.content.decode()
    said = dict(answers_of(moved_in()))
    ids = {"content": "p-1", "account": "a-7"}
    asked = {name: value for name, value in WHOLE.items() if name.replace("_", "-") in BY_ID}
    assert said == {name.replace("_", "-"): value for name, value in asked.items()} | ids
    assert Report.objects.get().account_key == identifiers().of("account", "a-7")


def test_the_answer_shows_numbers_that_help_in_the_language_of_the_report(app: App) -> None:
    khmer, english = (app.send(WHOLE | {"language": name}).json()["help"] for name in ("km", "en"))
    assert "1280" in {line["dial"] for line in khmer["support"]}
    assert "117" in {line["dial"] for line in english["emergency"]}
    assert khmer["support"][0]["name"] != english["support"][0]["name"]


def test_the_receipt_finds_the_report_on_the_page(app: App) -> None:
    code = read_code(app.send(WHOLE).json()["receipt"])
    assert Report.objects.get().find == receipt_of(code, settings.KRAMA_PEPPER).find


def test_sent_again_it_is_one_report_with_the_same_receipt(app: App) -> None:
    key = secrets.token_hex(16)
    answers = [app.send(WHOLE, key) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert (Report.objects.count(), Part.objects.filter(question="words").count()) == (1, 1)


def test_the_same_key_of_another_app_is_another_report(app: App) -> None:
    key = secrets.token_hex(16)
    codes = {sender.send(WHOLE, key).json()["receipt"] for sender in (app, App())}
    assert (len(codes), Report.objects.count()) == (2, 2)


def test_the_same_key_with_other_words_is_refused_and_changes_nothing(app: App) -> None:
    key = secrets.token_hex(16)
    app.send(WHOLE, key)
    answer = app.send(WHOLE | {"words": "other"}, key)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:krama:problem:idempotency_key_reused")
    assert Part.objects.filter(question="words").count() == 1


@pytest.mark.parametrize(("key", "status"), [("", 400), ("short", 422), ("x" * 256, 422), ("x" * 16, 200)])
def test_the_key_of_a_report_is_needed_and_long_enough(app: App, key: str, status: int) -> None:
    assert app.send({"topic": "saw"}, key).status_code == status
    assert Report.objects.count() == (status == 200)


@pytest.mark.parametrize("said", [{"topic": "danger"}, {"topic": "bullying", "emergency": True}])
def test_danger_stands_on_the_row(app: App, said: dict[str, Any]) -> None:
    assert app.send(said).json()["emergency"] is True
    assert Report.objects.get().is_emergency


def test_nothing_that_is_stored_holds_the_words_the_code_or_the_key(app: App) -> None:
    key = "random-and-long-key-0815"
    code = read_code(app.send(WHOLE, key).json()["receipt"])
    stored = everything()
    assert b"threat" in stored, "the check below could not fail"
    for secret in (CANARY.encode(), json.dumps(CANARY)[1:-1].encode(), code.encode(), key.encode(), b"012 345 678"):
        assert secret not in stored
    assert Answer.objects.get().body.keys() == {"at", "emergency"}


def everything() -> bytes:
    """Every value of every row."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [value for row in cursor.fetchall() for value in row]
    return b"\n".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in found)


def test_after_destruction_the_same_sending_brings_nothing_back(app: App) -> None:
    key = secrets.token_hex(16)
    app.send(WHOLE, key)
    report = moved_in()
    assert report.compartment is not None
    assert destroy_key(builders.person("officer"), compartment=report.compartment, why="its time had come")
    assert finish(Destruction.objects.get())
    answer = app.send(WHOLE, key)
    assert (answer.status_code, answer.json()["receipt"]) == (200, None)
    report.refresh_from_db()
    assert (report.find, Part.objects.exclude(sealed=None).count(), Report.objects.count()) == (None, 0, 1)


BAD: dict[str, tuple[int, Any]] = {
    "no topic": (422, {}),
    "a topic that is none": (422, {"topic": "gossip"}),
    "a field that is none": (422, {"topic": "saw", "wrods": "lost"}),
    "an age that is none": (422, {"topic": "saw", "age": 12}),
    "words that are none": (422, {"topic": "saw", "words": ["a"]}),
    "words too long": (422, {"topic": "saw", "words": "x" * (LONGEST_SENT + 1)}),
    "half a letter": (422, '{"topic": "saw", "words": "\\ud800"}'),
    "an id too long": (422, {"topic": "saw", "account_id": "x" * 201}),
    "yes as a word": (422, {"topic": "saw", "emergency": "perhaps"}),
    "a list": (422, []),
    "nothing": (422, ""),
    "broken JSON": (400, "{"),
    "JSON so deep that it breaks readers": (400, "[" * 100_000),
    "broken UTF-8": (400, b'{"topic": "\xff"}'),
    "too large": (413, {"topic": "saw", "words": "x" * 300_000}),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_a_problem_and_stores_nothing(app: App, name: str) -> None:
    status, body = BAD[name]
    answer = app.send(body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["detail"].endswith(".")
    assert Report.objects.count() == 0


def test_the_longest_words_fit_into_a_body_however_they_are_escaped(app: App) -> None:
    words = "ខ" * LONGEST_SENT
    assert app.send(json.dumps({"topic": "saw", "words": words}, ensure_ascii=True)).status_code == 200
    assert dict(answers_of(moved_in()))["words"] == words


def test_what_nobody_can_see_is_cleaned_as_on_the_page(app: App) -> None:
    app.send(
        {"topic": "saw", "words": "  one\x00\u202etwo\u200b\r\n'; DROP TABLE x; -- ", "where": "a\nb", "who": None}
    )
    assert dict(answers_of(moved_in())) == {"words": "onetwo\n'; DROP TABLE x; --", "where": "a b"}


@pytest.mark.parametrize("scope", ["scan", "cases:read", "cases:decide", "measures:confirm", "proofs:read"])
def test_another_scope_does_not_open_it(scope: str) -> None:
    answer = App(scope).send({"topic": "saw"})
    assert (answer.status_code, answer.json()["detail"]) == (403, "This key needs the scope 'reports:send'.")


def test_it_asks_what_the_page_asks() -> None:
    """A choice added to a question is added here, or this is red."""
    for question in BY_ID.values():
        field = ReportIn.model_fields[question.id.replace("-", "_")]
        if question.kind == "choice":
            assert choices(field.annotation) == {value for value, _label in question.choices}, question.id
    assert choices(ReportIn.model_fields["topic"].annotation) == set(Topic.values)


def choices(annotation: Any) -> set[str]:
    inner = [one for one in typing.get_args(annotation) if typing.get_origin(one) is typing.Literal]
    return set(typing.get_args(inner[0] if inner else annotation))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=6,
)
FIELDS = {name: st.sampled_from(sorted(map(str, choices(field.annotation)))) | ANYTHING
          if choices(field.annotation) else st.text(max_size=30) | ANYTHING
          for name, field in ReportIn.model_fields.items()}  # fmt: skip
BODIES = st.fixed_dictionaries(
    {"topic": st.sampled_from(Topic.values) | ANYTHING},
    optional={name: made for name, made in FIELDS.items() if name != "topic"},
)
ANSWERS = {int(status) for status in api.get_openapi_schema()["paths"][PATH]["post"]["responses"]}


@hypothesis(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(body=BODIES | ANYTHING)
def test_whatever_is_sent_gets_an_answer_that_the_description_names(app: App, body: Any) -> None:
    before = Report.objects.count()
    answer = app.send(body)
    assert answer.status_code in ANSWERS, answer.content
    assert answer.status_code < 500, answer.content
    assert Report.objects.count() == before + (answer.status_code == 200)


def test_nothing_is_left_to_migrate() -> None:
    call_command("makemigrations", "intake", "accounts", check=True, dry_run=True, verbosity=0)
