# SPDX-License-Identifier: Apache-2.0
"""A delivery as the firm's app sees it: signed, thin, repeatable; and what Krama does with each answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.utils import timezone

from krama.connectors.webhook import verify
from krama.errors import KramaError
from krama.server.measures.actions import confirm, say_checked
from krama.server.measures.actions_order import CHECK
from krama.server.measures.jobs import check_task, deliver_task
from krama.server.measures.models import Measure
from krama.server.outbox import loop
from krama.server.outbox.actions import put
from krama.server.outbox.models import Task
from krama.server.trail.actor import TERMINAL
from tests.server import builders

pytestmark = [pytest.mark.loopback, pytest.mark.django_db]


class App(ThreadingHTTPServer):
    """The firm's app: keeps what it was sent, and answers as the test says."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answerer)
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.status, self.location, self.answer = 204, "", b""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class Answerer(BaseHTTPRequestHandler):
    server: App
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers.items()), body))
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        with suppress(OSError):  # whoever asked may have heard enough
            self.wfile.write(self.server.answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def app() -> Iterator[App]:
    with App() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def deliver(measure: str, webhook: str) -> None:
    """As the outbox does it."""
    deliver_task({"measure": measure, "adapter": "webhook", "place": webhook})


def sent(app: App, **facts: Any) -> tuple[Measure, Any, str]:
    hook, secret = builders.webhook(app.url)
    measure = builders.measure(account="acc-7", content_id="p-1", **facts)
    return measure, hook, secret


def test_the_app_gets_ids_only_signed_so_that_our_own_verify_takes_it(app: App) -> None:
    measure, hook, secret = sent(app)
    deliver(str(measure.pk), str(hook.pk))
    ((path, headers, body),) = app.got
    assert path == "/hook"
    told = verify(secret, headers, body)
    assert told["type"] == "measure.ordered"
    assert told["data"] == {
        "id": str(measure.pk),
        "measure": "remove",
        "content_id": "p-1",
        "account_id": "acc-7",
        "case_ref": measure.item.case.ref,
        "due": measure.due_at.isoformat(),
    }
    assert set(told) == {"type", "timestamp", "data"}
    measure.refresh_from_db()
    assert measure.state == "delivered"


def test_another_webhooks_secret_does_not_open_it(app: App) -> None:
    measure, hook, _secret = sent(app)
    _other, other_secret = builders.webhook()
    deliver(str(measure.pk), str(hook.pk))
    _path, headers, body = app.got[0]
    with pytest.raises(KramaError):
        verify(other_secret, headers, body)


def test_sent_again_it_carries_the_same_id_and_body(app: App) -> None:
    """So the app can tell that it is the same order."""
    measure, hook, _ = sent(app)
    deliver(str(measure.pk), str(hook.pk))
    deliver(str(measure.pk), str(hook.pk))
    (_, first, body), (_, second, again) = app.got
    assert (first["webhook-id"], body) == (second["webhook-id"], again)


def test_what_was_done_is_not_sent_again(app: App) -> None:
    measure, hook, _ = sent(app)
    confirm(TERMINAL, measure_id=measure.pk, state="done")
    deliver(str(measure.pk), str(hook.pk))
    assert app.got == []


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 410, 429, 500, 503])
def test_any_other_answer_is_tried_again_by_the_schedule(app: App, status: int) -> None:
    app.status, app.location = status, f"{app.url}/elsewhere"
    measure, _hook, _ = sent(app)
    loop.go_round()
    assert [path for path, _, _ in app.got] == ["/hook"]  # a redirect is not followed
    task = Task.objects.get()
    assert (task.state, task.attempts, task.last_error) == ("waiting", 1, "rejected")
    assert timedelta(seconds=3) < task.next_at - timezone.now() <= timedelta(seconds=5)
    measure.refresh_from_db()
    assert measure.state == "ordered"


def test_an_app_that_is_away_is_asked_again(app: App) -> None:
    app.status = 503
    sent(app)
    loop.go_round()
    Task.objects.update(next_at=timezone.now())
    app.status = 200
    loop.go_round()
    assert (Task.objects.get().state, Measure.objects.get().state) == ("done", "delivered")


def test_an_app_that_does_not_listen_is_asked_again() -> None:
    builders.webhook("http://127.0.0.1:1/hook")
    builders.measure()
    loop.go_round()
    task = Task.objects.get()
    assert (task.state, task.last_error) == ("waiting", "unreachable")


def test_a_forbidden_address_is_given_up_at_once_and_stays_to_be_seen() -> None:
    builders.webhook("https://169.254.169.254/latest", allowed=["169.254.0.0/16"])
    builders.measure()
    loop.go_round()
    task = Task.objects.get()
    assert (task.state, task.last_error) == ("given_up", "refused")


def test_the_body_holds_nothing_but_what_is_needed(app: App) -> None:
    measure, hook, _ = sent(app, code="A1")
    deliver(str(measure.pk), str(hook.pk))
    body = app.got[0][2]
    assert json.loads(body)["data"].keys() == {"id", "measure", "content_id", "account_id", "case_ref", "due"}
    assert measure.item.detection is not None
    for word in (b"A1", b"Known", measure.item.detection.content["sha256"].encode()):
        assert word not in body


@pytest.mark.parametrize("answer", [b'{"state": "failed"}', b"x" * 1_000_000])
def test_what_the_answer_says_is_not_read_only_that_it_was_taken(app: App, answer: bytes) -> None:
    """200 with `failed` in it is delivered, not done: only the confirmation counts, and it comes with a key."""
    app.status, app.answer = 200, answer
    measure, _hook, _ = sent(app)
    loop.go_round()
    measure.refresh_from_db()
    assert (Task.objects.get().state, measure.state) == ("done", "delivered")


def asked(measure: Measure) -> None:
    """Done a day ago, so the question is on its way."""
    confirm(TERMINAL, measure_id=measure.pk, state="done")
    Measure.objects.filter(pk=measure.pk).update(check_at=None, check_asked_at=timezone.now())


def test_the_question_whether_it_still_holds_has_a_type_and_an_id_of_its_own(app: App) -> None:
    measure, hook, secret = sent(app)
    asked(measure)
    for _ in range(2):  # sent again, it carries the same id
        check_task({"measure": str(measure.pk), "adapter": "webhook", "place": str(hook.pk)})
    (_, headers, body), (_, again, _) = app.got
    told = verify(secret, headers, body)
    assert told["type"] == "measure.check"
    assert told["data"].keys() == {"id", "measure", "content_id", "account_id", "case_ref", "due"}
    assert headers["webhook-id"] == again["webhook-id"] == f"{measure.pk}-check"


def test_what_was_answered_is_not_asked_again(app: App) -> None:
    measure, hook, _ = sent(app)
    asked(measure)
    say_checked(TERMINAL, measure_id=measure.pk, state="holds")
    check_task({"measure": str(measure.pk), "adapter": "webhook", "place": str(hook.pk)})
    assert app.got == []


def test_a_system_that_refuses_the_question_is_asked_again_and_the_measure_stays_done(app: App) -> None:
    app.status = 400
    measure, hook, _ = sent(app)
    asked(measure)
    put(CHECK, {"measure": str(measure.pk), "adapter": "webhook", "place": str(hook.pk)})
    loop.go_round()
    measure.refresh_from_db()
    assert Task.objects.get(kind=CHECK).last_error == "rejected"
    assert (measure.state, measure.check_said) == ("done", "")


def test_what_is_kept_for_an_authority_is_removed_and_not_deleted(app: App) -> None:
    measure, hook, _ = sent(app)
    assert measure.decision is not None
    measure.decision.wanted.create(kind="preserve")
    deliver(str(measure.pk), str(hook.pk))
    assert json.loads(app.got[0][2])["data"]["preserve"] is True


def test_an_order_from_before_there_were_adapters_is_still_sent(app: App) -> None:
    measure, hook, _ = sent(app)
    deliver_task({"measure": str(measure.pk), "webhook": str(hook.pk)})
    assert len(app.got) == 1
