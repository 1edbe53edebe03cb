# SPDX-License-Identifier: Apache-2.0
"""What the public pages promise, over a real `krama serve`: nothing on the phone, nothing of the phone with us."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.server.houses import House, serving, url_of
from tests.server.site.sent import PAGES, Answer, Sent, raw

pytestmark = [pytest.mark.loopback, pytest.mark.database, pytest.mark.every_postgres]
DEVICE, SOURCE, PROXIED, CAME_FROM = "Old-Phone-7731", "127.0.0.77", "203.0.113.201", "https://secret-chat-5512.example"
AS_PHONE: dict[str, Any] = {
    "User-Agent": DEVICE,
    "X-Forwarded-For": PROXIED,
    "Referer": CAME_FROM,
    "Accept-Language": "en-US,en;q=0.9",
    "source": SOURCE,
}
FILLED_IN = ("autocomplete", "name", "email", "tel", "username", "password")


def faults(answer: Answer, *, framed: bool) -> list[str]:
    """Everything that a public page must not do; `framed` says whether another page may hold it."""
    policy = answer.header("content-security-policy")
    ancestors = next((part.strip() for part in policy.split(";") if part.strip().startswith("frame-ancestors")), "")
    found = {
        "sets a cookie": "set-cookie" in dict(answer.headers),
        "has a token against forgery": "csrf" in answer.page.lower(),
        "is kept": answer.header("cache-control") != "no-store",
        "tells where it came from": framed and answer.header("referrer-policy") != "no-referrer",
        "frames": ancestors != f"frame-ancestors {'*' if framed else chr(39) + 'none' + chr(39)}",
        "X-Frame-Options": framed and bool(answer.header("x-frame-options")),
        "a field may be filled in": "<form" in answer.page and 'autocomplete="off"' not in answer.page,
        "its title says what it is": framed and not _is_neutral(answer.page),
        "loads from elsewhere": 'src="http' in answer.page or 'rel="stylesheet" href="http' in answer.page,
    }
    return [name for name, is_so in found.items() if is_so]


def _is_neutral(page: str) -> bool:
    title = page.partition("<title>")[2].partition("</title>")[0]
    return title in ("Page", "ទំព័រ", "Time", "ពេលវេលា")


def everything(house: House) -> str:
    """All bytes of this installation: its database, its files, what its processes said."""
    files = [path.read_bytes().decode("utf-8", "replace") for path in house.folder.rglob("*") if path.is_file()]
    return "\n".join(files + (_rows(house.database) if house.database else []))


def _rows(database: str) -> list[str]:
    with psycopg.connect(url_of(database), autocommit=True) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        text = sql.SQL("SELECT t::text FROM {} t")
        return [
            row for (table,) in tables for (row,) in connection.execute(text.format(sql.Identifier(table))).fetchall()
        ]


def test_no_answer_leaves_anything_on_the_phone_and_nothing_of_the_phone_stays(real_house: House) -> None:
    with serving(real_house, KRAMA_EXIT_URL="") as (_command, port):
        pages = {path: raw(port, path, **AS_PHONE) for path in PAGES}
        visit = Sent(port, more=dict(AS_PHONE))
        code = visit.tell("words that are sealed 9917")
        back = Sent(port, more=dict(AS_PHONE)).open().send(do="open", code=code).send(do="more", answer="more")
        wrong = Sent(port, more=dict(AS_PHONE)).open().send(do="open", code="1")
        others = [raw(port, path) for path in ("/start", "/nowhere", "/accounts/login/")]
        khmer = [
            raw(port, path, **dict[str, Any]({"Accept-Language": "en-US"})).page
            for path in ("/report", "/learn", "/time")
        ]
        modern = raw(port, "/report", version="1.1")
        anew = raw(port, "/report", {"t": "not ours", "answer": "kept words"})
    clock = pages.pop("/time")  # nobody frames the way out
    assert faults(clock, framed=False) == []
    answers = [*pages.values(), *visit.answers, *back.answers, *wrong.answers, modern, anew]
    assert [(answer.status, faults(answer, framed=True)) for answer in answers if faults(answer, framed=True)] == []
    assert ["frames" in faults(answer, framed=False) for answer in others] == [False] * 3
    assert [page.count('<html lang="km"') for page in khmer] == [1, 1, 1]
    assert '<a class="exit" href="/time" target="_top" rel="noreferrer">' in pages["/report"].page
    assert "kept words" in anew.page
    assert "clear-site-data" not in dict(clock.headers)  # a browser takes it over https alone
    kept = everything(real_house)
    assert [word for word in (DEVICE, SOURCE, PROXIED, CAME_FROM, code, "sealed 9917") if word in kept] == []
    assert ("report:taken" in kept) is True, "the search would have found nothing"


def test_the_search_finds_a_device_that_was_kept(real_house: House) -> None:
    """Planted: a row, and a line of a log."""
    real_house.sql("UPDATE accounts_user SET name = %s", DEVICE)
    (real_house.folder / "said-planted").write_text(SOURCE)
    kept = everything(real_house)
    assert [word in kept for word in (DEVICE, SOURCE)] == [True, True]


def test_the_faults_are_found() -> None:
    """Planted: a page that does everything wrong."""
    bad = [("set-cookie", "a=b"), ("cache-control", "max-age=60"), ("x-frame-options", "DENY")]
    page = (
        '<title>Report abuse</title><form><input name="csrfmiddlewaretoken"></form><script src="https://a/b"></script>'
    )
    assert len(faults(Answer(200, bad, page), framed=True)) == 9
    fine = [("cache-control", "no-store"), ("content-security-policy", "frame-ancestors 'none'")]
    assert faults(Answer(200, fine, "<title>Home</title>"), framed=False) == []


def test_over_https_the_clock_tells_the_browser_to_forget_and_the_exit_can_lead_elsewhere(real_house: House) -> None:
    elsewhere = "https://weather.example/today"
    with serving(real_house, KRAMA_URL="https://localhost", KRAMA_EXIT_URL=elsewhere) as (_command, port):
        assert raw(port, "/time").header("clear-site-data") == '"cache", "storage"'
        page = raw(port, "/report").page
    assert f'<a class="exit" href="{elsewhere}" target="_top" rel="noreferrer">' in page
    assert "set-cookie" not in page.lower()
