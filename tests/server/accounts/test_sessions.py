# SPDX-License-Identifier: Apache-2.0
"""Sessions begin anew, end in time and end when they should; guessing is hopeless, and locks out nobody else."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from krama.server.accounts import actions, devices
from krama.server.accounts.middleware import SEEN, SIGNED_IN, SessionEnds
from krama.server.trail.actor import TERMINAL
from krama.server.trail.models import Entry
from tests.server import builders
from tests.server.accounts.phones import browser, with_password
from tests.server.callers import Person
from tests.server.houses import House, serving

pytestmark = [pytest.mark.django_db, pytest.mark.database]
IN, OUT = 200, 302


def page(client: Client) -> int:
    return int(client.get("/guidelines").status_code)


def wrong(user: Any, client: Client, times: int, **extra: Any) -> str:
    """What the page says after the last of so many wrong passwords."""
    said = ""
    for _ in range(times):
        said = client.post("/accounts/login", {"login": user.username, "password": "wrong"}, **extra).content.decode()
    return said


def locked(user: Any, client: Client, **extra: Any) -> bool:
    """The right password is refused."""
    client.post("/accounts/login", {"login": user.username, "password": builders.PASSWORD}, **extra)
    return page(client) != IN


def set_back(client: Client, **seconds: float) -> None:
    session = client.session
    for name, by in seconds.items():
        session[name] -= by
    session.save()


def test_a_session_begins_anew_with_the_sign_in() -> None:
    client = browser()
    client.get("/accounts/second-factor/passkeys/login", HTTP_ACCEPT="application/json")
    before = client.cookies["krama_session"].value
    with_password(builders.person("officer"), client)
    assert client.cookies["krama_session"].value != before
    stale = browser()
    stale.cookies["krama_session"] = before
    assert page(stale) == OUT


def test_it_ends_after_twelve_hours_however_busy() -> None:
    client = with_password(builders.person("officer"))
    set_back(client, **{SIGNED_IN: 12 * 3600 - 60})
    assert page(client) == IN
    set_back(client, **{SIGNED_IN: 60})
    assert page(client) == OUT


def test_it_ends_after_an_hour_without_a_page() -> None:
    client = with_password(builders.person("officer"))
    set_back(client, **{SEEN: 3600 - 30})
    assert page(client) == IN
    assert time.time() - client.session[SEEN] < 60, "a page read does not count"
    set_back(client, **{SEEN: 3600})
    assert page(client) == OUT


def test_a_session_that_never_ended_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SessionEnds, "_is_over", staticmethod(lambda request, now: False))
    client = with_password(builders.person("officer"))
    set_back(client, **{SIGNED_IN: 13 * 3600, SEEN: 13 * 3600})
    assert page(client) == IN


def test_a_new_role_a_closed_access_and_a_new_password_end_it() -> None:
    person = builders.person("officer")
    builders.person("administrator")

    def closed_and_opened() -> None:
        for active in (False, True):
            actions.administer_person(TERMINAL, person=person, role="lead", is_active=active)

    changes: tuple[Callable[[], object], ...] = (
        lambda: actions.administer_person(TERMINAL, person=person, role="lead", is_active=True),
        closed_and_opened,
        lambda: actions.name_at_provider(TERMINAL, person=person, provider_name="sok@firm.example"),
    )
    for change in changes:
        client = with_password(person)
        assert page(client) == IN
        change()
        assert page(client) == OUT
    client = with_password(person)
    actions.administer_person(TERMINAL, person=person, role="lead", is_active=True)
    assert page(client) == IN, "nothing changed, and still it ended"
    actions.set_password(TERMINAL, username=person.username, password="another-long-phrase-77")
    assert page(client) == OUT


def test_ones_own_new_password_ends_the_other_sessions() -> None:
    person = builders.person("officer")
    here, there = with_password(person), with_password(person)
    new = "another-long-phrase-77"
    here.post("/accounts/password/change", {"oldpassword": builders.PASSWORD, "password1": new, "password2": new})
    assert [page(here), page(there)] == [IN, OUT]


def test_ten_wrong_passwords_lock_a_name_and_the_trail_says_so_once() -> None:
    person, client = builders.person("officer"), browser()
    assert "not correct" in wrong(person, client, 10)
    assert "Too many failed" in wrong(person, client, 3)
    assert locked(person, client)
    entry = Entry.objects.get(event="staff:locked")
    assert (entry.actor_kind, entry.subject_id, entry.details) == ("krama", str(person.pk), {})
    assert not locked(builders.person("officer"), client), "a colleague at the same address is locked out too"


def test_another_name_of_this_host_is_no_second_chance() -> None:
    person, client = builders.person("officer"), browser()
    wrong(person, client, 10)
    assert locked(person, client, HTTP_HOST="127.0.0.1")


def test_nobody_locks_out_a_colleague_who_was_here_before() -> None:
    person, own, stranger = builders.person("officer"), browser(), browser()
    with_password(person, own)
    own.post("/accounts/logout")
    wrong(person, stranger, 70)  # more than the address may try in a minute
    assert locked(person, stranger)
    assert locked(builders.person("officer"), browser()), "the address is not counted"
    assert not locked(person, own)


@pytest.mark.every
def test_a_device_does_not_help_to_guess_at_somebody_else_and_is_no_endless_chance() -> None:
    person, other, own = builders.person("officer"), builders.person("officer"), browser()
    with_password(person, own)
    own.post("/accounts/logout")
    wrong(other, browser(), 10)
    assert locked(other, own)
    wrong(person, own, 10)
    assert locked(person, own)


@pytest.mark.parametrize("told", ["", "x", "x:y:z", "a" * 9000])
def test_a_device_that_we_did_not_make_is_none(told: str, settings: Settings) -> None:
    client, person = browser(), builders.person("officer")
    client.cookies[settings.KRAMA_DEVICE_COOKIE] = told
    wrong(person, client, 10)
    assert locked(person, client)
    assert devices.SALT


def test_trying_many_names_does_not_clear_the_count_of_one() -> None:
    person, client = builders.person("officer"), browser()
    wrong(person, client, 10)
    for number in range(400):
        cache.set(f"another-name-{number}", [1.0], 300)
    assert locked(person, client)


def test_with_djangos_own_number_of_rows_it_would(settings: Settings) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "OPTIONS": {"MAX_ENTRIES": 30, "CULL_FREQUENCY": 0}}}
    person, client = builders.person("officer"), browser()
    wrong(person, client, 10)
    from django.core.cache import cache as small

    for number in range(40):
        small.set(f"another-name-{number}", [1.0], 300)
    assert not locked(person, client)


def test_an_unknown_name_costs_what_a_known_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: one argon2 each."""
    person, hashed = builders.person("officer"), list[str]()

    def counted(real: Any) -> Any:
        def count(*given: Any) -> Any:
            hashed.append("one")
            return real(*given)

        return count

    for name in ("encode", "verify"):
        monkeypatch.setattr(Argon2PasswordHasher, name, counted(getattr(Argon2PasswordHasher, name)))
    counts = []
    for username in (person.username, "nobody-of-this-name"):
        hashed.clear()
        said = browser().post("/accounts/login", {"login": username, "password": "wrong"}).content.decode()
        counts.append((len(hashed), "not correct" in said))
    assert counts == [(1, True), (1, True)]


@pytest.mark.loopback
def test_two_processes_count_together(real_house: House) -> None:
    real_house.krama("staff", "add", "sok", "--role", "auditor")
    with serving(real_house, "--no-worker", "--web-workers", "2") as (_, port):
        said = []
        for _number in range(12):  # a browser each: they come to either process
            try:
                said.append(Person(f"http://localhost:{port}").send("/accounts/login", login="sok", password="wrong"))
            except (AssertionError, HTTPError) as problem:
                said.append(str(problem))
    assert ["not correct" in one for one in said] == [True] * 10 + [False] * 2
    assert "Too many failed" in said[-1]
