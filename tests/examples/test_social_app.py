# SPDX-License-Identifier: Apache-2.0
"""The demo app as a real process against a small Krama: each verdict, each order, each crash."""

from __future__ import annotations

import html
import json
import re
import sqlite3
import subprocess
import tempfile
import threading
import time
import urllib.request
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from krama.connectors import REPORT_BUTTON
from krama.testing import pictures
from tests.examples.fake_krama import FakeKrama
from tests.examples.process import SECRET, App, Visitor, wait_until

pytestmark = pytest.mark.loopback  # loopback only: a real process

PICTURE = pictures.jpeg(pictures.landscape(2000))


def order(
    app: App, measure: str, picture: str, *, id: str = "m-1", secret: str = SECRET, account: str = "a",
    type: str = "measure.ordered",
) -> int:  # fmt: skip
    """Send the webhook that Krama would send; the status of the answer."""
    data = {"id": id, "measure": measure, "content_id": picture, "account_id": account, "case_ref": "C-1", "due": None}
    when = datetime.now(UTC)
    body = json.dumps({"type": type, "timestamp": when.isoformat(), "data": data})
    headers = {
        "webhook-id": f"w-{id}",
        "webhook-timestamp": str(int(when.timestamp())),
        "webhook-signature": Webhook(secret).sign(f"w-{id}", when, body),
    }
    return Visitor(app).post("/krama/webhook", body.encode(), "application/json", **headers)[0]


def image(visitor: Visitor, picture: str) -> int:
    return visitor.get(f"/pictures/{picture}/image")[0]


def test_what_is_allowed_is_shown_to_everybody(app: App, krama: FakeKrama) -> None:
    owner, neighbour = Visitor(app), Visitor(app)
    status, page = owner.upload(PICTURE)
    assert status == 200
    assert "everybody can see it" in page
    assert f"{krama.url}/start/story" in page
    assert krama.scans[0]["content_id"] == owner.picture
    assert krama.scans[0]["account_id"].startswith("account-")
    assert f"/pictures/{owner.picture}/image" in neighbour.get("/")[1]
    assert image(neighbour, owner.picture) == 200


@pytest.mark.parametrize(("verdict", "words"), [("block", "withheld at once"), ("review", "until a person has looked")])
def test_what_is_not_allowed_nobody_sees(app: App, krama: FakeKrama, verdict: str, words: str) -> None:
    krama.verdict = verdict
    owner, neighbour = Visitor(app), Visitor(app)
    _, page = owner.upload(PICTURE)
    assert words in page
    assert words in owner.get("/")[1]
    assert "<img" not in owner.get("/")[1]
    assert words not in neighbour.get("/")[1]
    assert "<li>" not in neighbour.get("/")[1]
    assert neighbour.get(f"/pictures/{owner.picture}")[0] == 404
    assert image(neighbour, owner.picture) == image(owner, owner.picture) == 404


def test_an_order_to_remove_deletes_the_bytes_and_is_confirmed(app: App, krama: FakeKrama) -> None:
    krama.verdict = "block"
    owner = Visitor(app)
    piece = PICTURE[5000:5100]
    with closing(sqlite3.connect(app.folder / "village_square.sqlite3")) as reader:
        reader.execute("SELECT * FROM picture").fetchall()  # while it is open, SQLite keeps its log
        owner.upload(PICTURE)
        assert left(app, piece), "the check below could not fail"
        assert order(app, "remove", owner.picture) == 204
        assert not left(app, piece)
    wait_until(lambda: krama.confirmations == [("m-1", "done")], "not confirmed")
    assert "the app has deleted it" in owner.get(f"/pictures/{owner.picture}")[1]


def left(app: App, piece: bytes) -> list[str]:
    """The app's files that still hold this piece. Copied by another process: reading here would drop SQLite's locks."""
    copy = tempfile.mkdtemp(dir=app.folder.parent)
    subprocess.run(["cp", "-r", app.folder, copy], check=True)
    return [file.name for file in Path(copy).rglob("*") if file.is_file() and piece in file.read_bytes()]


def test_an_order_to_restore_shows_it_to_everybody(app: App, krama: FakeKrama) -> None:
    krama.verdict = "block"
    owner = Visitor(app)
    owner.upload(PICTURE)
    assert order(app, "restore", owner.picture) == 204
    assert image(Visitor(app), owner.picture) == 200
    wait_until(lambda: krama.confirmations == [("m-1", "done")], "not confirmed")


def test_what_cannot_be_done_is_said_to_have_failed(app: App, krama: FakeKrama) -> None:
    owner = Visitor(app)
    owner.upload(PICTURE)
    order(app, "remove", owner.picture, id="m-1")
    order(app, "restore", owner.picture, id="m-2")  # its bytes are gone
    order(app, "remove", "no-such-picture", id="m-3")
    order(app, "paint", owner.picture, id="m-4")
    told = [("m-1", "done"), ("m-2", "failed"), ("m-3", "failed"), ("m-4", "failed")]
    wait_until(lambda: sorted(krama.confirmations) == told, f"confirmed: {krama.confirmations}")


def test_an_order_to_withhold_is_confirmed_and_one_that_comes_late_undoes_no_decision(
    app: App, krama: FakeKrama
) -> None:
    owner = Visitor(app)
    owner.upload(PICTURE)
    assert image(owner, owner.picture) == 200
    order(app, "withhold", owner.picture, id="m-1")
    assert image(owner, owner.picture) == 404
    order(app, "restore", owner.picture, id="m-2")
    order(app, "withhold", owner.picture, id="m-3")
    assert image(owner, owner.picture) == 200
    told = [("m-1", "done"), ("m-2", "done"), ("m-3", "failed")]
    wait_until(lambda: sorted(krama.confirmations) == told, f"confirmed: {krama.confirmations}")


def test_an_account_is_warned_in_words_and_restricted_from_posting(app: App, krama: FakeKrama) -> None:
    owner = Visitor(app)
    owner.upload(PICTURE)
    account = krama.scans[0]["account_id"]
    order(app, "warn", owner.picture, id="m-1", account=account)
    assert "read its rules again" in owner.get("/")[1]
    assert "read its rules again" not in Visitor(app).get("/")[1]
    order(app, "restrict", owner.picture, id="m-2", account=account)
    status, page = owner.upload(PICTURE)
    assert (status, "you cannot post" in page, len(krama.scans)) == (403, True, 1)
    order(app, "restrict", owner.picture, id="m-3", account="nobody-here")
    told = [("m-1", "done"), ("m-2", "done"), ("m-3", "failed")]
    wait_until(lambda: sorted(krama.confirmations) == told, f"confirmed: {krama.confirmations}")


def test_asked_whether_it_still_holds_the_app_looks(app: App, krama: FakeKrama) -> None:
    owner = Visitor(app)
    owner.upload(PICTURE)
    order(app, "remove", owner.picture)
    assert order(app, "remove", owner.picture, type="measure.check") == 204
    wait_until(lambda: krama.checks == [("m-1", "holds")], f"said: {krama.checks}")
    with closing(sqlite3.connect(app.folder / "village_square.sqlite3", timeout=10)) as behind, behind:
        behind.execute("UPDATE picture SET state = 'shown'")  # somebody brought it back
    order(app, "remove", owner.picture, type="measure.check")
    wait_until(lambda: krama.checks[1:] == [("m-1", "gone")], f"said: {krama.checks}")
    assert order(app, "warn", owner.picture, type="measure.check") == 204, "what does not last is not answered"


def test_the_same_webhook_twice_is_done_once(app: App, krama: FakeKrama) -> None:
    owner = Visitor(app)
    owner.upload(PICTURE)
    assert [order(app, "remove", owner.picture) for _ in range(3)] == [204, 204, 204]
    order(app, "remove", owner.picture, id="m-2")
    wait_until(lambda: ("m-2", "done") in krama.confirmations, "not confirmed")
    assert [id for id, _ in krama.confirmations].count("m-1") == 1


def test_a_webhook_that_krama_did_not_sign_is_refused(app: App, krama: FakeKrama) -> None:
    owner = Visitor(app)
    owner.upload(PICTURE)
    assert order(app, "remove", owner.picture, secret="whsec_b3RoZXI=") == 401
    assert Visitor(app).post("/krama/webhook", b"{}", "application/json")[0] == 401
    assert image(owner, owner.picture) == 200
    assert krama.tries == 0


def test_kill_9_between_webhook_and_confirmation_loses_nothing(app: App, krama: FakeKrama) -> None:
    krama.verdict, krama.confirms = "block", 503
    owner = Visitor(app)
    owner.upload(PICTURE)
    assert order(app, "remove", owner.picture) == 204
    wait_until(lambda: krama.tries > 0, "it did not try to confirm")
    app.kill()
    krama.confirms = 200
    assert krama.confirmations == []
    app.start()
    wait_until(lambda: krama.confirmations == [("m-1", "done")], "not confirmed after the crash")
    assert "the app has deleted it" in owner.get(f"/pictures/{owner.picture}")[1]


def test_while_krama_is_away_pictures_wait_unseen_and_are_scanned_later(app: App, krama: FakeKrama) -> None:
    krama.away = True
    owner, neighbour = Visitor(app), Visitor(app)
    status, page = owner.upload(PICTURE)
    assert status == 200
    assert "Krama could not be reached" in page
    assert krama.scans == []
    assert "<li>" not in neighbour.get("/")[1]
    assert image(owner, owner.picture) == 404
    app.kill()  # nor does a crash let it through
    app.start()
    assert image(owner, owner.picture) == 404
    krama.away = False
    wait_until(lambda: image(neighbour, owner.picture) == 200, "it was not scanned later")


def test_a_persons_decision_stands_against_a_late_verdict(app: App, krama: FakeKrama) -> None:
    krama.answers.clear()
    owner = Visitor(app)
    uploading = threading.Thread(target=owner.upload, args=(PICTURE,))
    uploading.start()
    wait_until(lambda: len(krama.scans) == 1, "it was not scanned")
    assert order(app, "remove", krama.scans[0]["content_id"]) == 204
    krama.answers.set()  # "allow"
    uploading.join()
    assert "the app has deleted it" in owner.get(f"/pictures/{owner.picture}")[1]
    assert image(owner, owner.picture) == 404


def test_a_slow_scan_is_not_asked_for_twice(app: App, krama: FakeKrama) -> None:
    krama.answers.clear()
    uploading = threading.Thread(target=Visitor(app).upload, args=(PICTURE,))
    uploading.start()
    time.sleep(0.8)  # four rounds of the chores
    krama.answers.set()
    uploading.join()
    time.sleep(0.5)
    assert len(krama.scans) == 1


def test_what_is_not_a_picture_is_never_sent_as_one(app: App, krama: FakeKrama) -> None:
    krama.media_type = "text/html"
    owner = Visitor(app)
    owner.upload(b"<script>")
    assert image(owner, owner.picture) == 404
    assert "<img" not in owner.get("/")[1]


@pytest.mark.parametrize("which", ["holiday", "changed"])
def test_the_app_makes_a_picture_itself(app: App, krama: FakeKrama, which: str) -> None:
    owner = Visitor(app)
    assert owner.sample(which)[0] == 200
    assert len(krama.scans) == 1
    wait_until(lambda: image(owner, owner.picture) == 200, "it is not shown")


def test_three_others_share_copies_of_one_picture_and_nobody_sees_them(app: App, krama: FakeKrama) -> None:
    krama.verdict = "block"
    visitor = Visitor(app)
    status, page = visitor.sample("others")
    assert (status, visitor.url) == (200, app.url + "/others")
    assert page.count('<span class="chip stop">withheld</span>') == 3
    assert [len({scan[key] for scan in krama.scans}) for key in ("account_id", "content_id")] == [3, 3]
    assert "<img" not in visitor.get("/")[1]


def test_bad_uploads_get_a_clear_answer(app: App, krama: FakeKrama) -> None:
    visitor = Visitor(app)
    assert visitor.upload(b"")[0] == 422
    status, page = visitor.upload(b"x" * 11_000_000)
    assert status == 413
    assert "smaller picture" in page
    assert visitor.upload(PICTURE, **{"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert visitor.get("/nothing")[0] == 404
    assert krama.scans == []
    assert visitor.upload(PICTURE, Host="square.example.org")[0] == 400


def test_both_languages_by_browser_and_by_switch(app: App) -> None:
    visitor = Visitor(app, "km-KH,km;q=0.9,en;q=0.8")
    _, page = visitor.get("/")
    assert '<html lang="km">' in page
    assert "បង្ហោះរូបភាព" in page
    _, page = visitor.post("/language", b"language=en&back=https://example.org", "application/x-www-form-urlencoded")
    assert '<html lang="en">' in page
    assert visitor.url == app.url + "/?lang=en"
    assert '<html lang="en">' in visitor.get("/")[1]


def test_in_khmer_no_english_is_left(app: App, krama: FakeKrama) -> None:
    krama.verdict = "block"
    visitor = Visitor(app, "km")
    pages = [visitor.get("/")[1], visitor.upload(PICTURE)[1], visitor.get("/")[1], visitor.get("/nothing")[1]]
    pages += [visitor.get("/chat")[1], visitor.sample("others")[1]]
    assert [latin(page) for page in pages] == [[], [], [], [], [], []]
    assert latin(pages[0].replace("<main>", "<main>Hello")) == ["Hello"]  # seen red


def latin(page: str) -> list[str]:
    """Latin words of three letters or more outside `translate="no"`."""
    page = re.sub(r"<(\w+)[^>]*translate=\"no\"[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    return re.findall(r"[A-Za-z]{3,}", re.sub(r"<[^>]*>", " ", page))


BUTTON = re.compile(r'<krama-report content-id="([^"]+)" account-id="([^"]+)" lang="(\w+)"><a href="([^"]+)"')


def test_each_line_of_the_chat_and_each_picture_carries_the_button(app: App, krama: FakeKrama) -> None:
    visitor = Visitor(app)
    _, page = visitor.get("/chat?lang=km")
    buttons = BUTTON.findall(page)
    assert [one[:3] for one in buttons[:2]] == [("chat-1-1", "account-mango", "km"), ("chat-1-2", "account-kite", "km")]
    wanted = f"{krama.url}/report?from=app&content=chat-1-1&account=account-mango&lang=km"
    assert html.unescape(buttons[0][3]) == wanted
    assert '<html lang="km">' in page, "no cookie said so: the link did"
    assert BUTTON.findall(visitor.get("/")[1]) == []
    visitor.upload(PICTURE)
    (button,) = BUTTON.findall(visitor.get("/")[1])
    assert (button[0], button[1]) == (visitor.picture, krama.scans[0]["account_id"])


def test_the_policy_lets_in_the_button_and_krama_and_nothing_else(app: App, krama: FakeKrama) -> None:
    with urllib.request.urlopen(f"{app.url}/chat", timeout=20) as answer:
        policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert (policy["script-src"], policy["frame-src"]) == ("'self'", krama.url)
    assert (policy["require-trusted-types-for"], policy["trusted-types"]) == ("'script'", "'none'")
    assert Visitor(app).get("/report-button.js")[1] == REPORT_BUTTON.read_text("utf-8")


def test_it_ends_cleanly(app: App) -> None:
    assert app.end() in (0, -2)
