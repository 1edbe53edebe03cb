# SPDX-License-Identifier: Apache-2.0
"""Who may open identities gives a second factor first; its secrets are sealed; what takes it away leaves a trace."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone
from pytest_django.fixtures import Settings

from krama.errors import BadInput
from krama.server.accounts import second_factor
from krama.server.accounts.models import Role
from krama.server.accounts.second_factor import SecondFactor, SecondFactorMissing, require_given
from krama.server.accounts.security import reset_second_factor
from krama.server.compartments.actions.identity import name_them, open_identity
from krama.server.compartments.models import Opening, Pseudonym
from krama.server.trail.actor import TERMINAL
from krama.server.trail.models import Entry
from tests.server import builders
from tests.server.accounts import phones
from tests.server.accounts.phones import browser, code, real_home, set_up, with_password

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.every_postgres]
SETUP = "/accounts/second-factor"
CODES = re.compile(r"(?<!\w)(\d{8})(?![\w-])")  # not the first part of a person's id, which is digits alone at times


@pytest.fixture(autouse=True)
def real(settings: Settings) -> None:
    settings.HOME = real_home()


@pytest.mark.parametrize("role", list(Role))
def test_every_role_that_may_open_identities_is_led_to_set_one_up_and_nowhere_else(role: Role) -> None:
    client = with_password(builders.person(role))
    held = role != Role.AUDITOR
    for path in ("/home", "/guidelines", "/accounts/password/change", "/cases", "/trail"):
        assert (client.get(path).headers.get("Location") == SETUP) is held, path
    assert client.get(SETUP).status_code == 200
    set_up(client)
    assert client.get("/guidelines").status_code == 200


def test_what_is_posted_before_that_does_nothing() -> None:
    officer, other = builders.person("administrator"), builders.person("reviewer")
    client = with_password(officer)
    client.post(f"/staff/{other.pk}/access", {"role": "administrator", "is_active": "on"})
    other.refresh_from_db()
    assert other.role == "reviewer"
    set_up(client)
    client.post(f"/staff/{other.pk}/access", {"role": "administrator", "is_active": "on"})
    other.refresh_from_db()
    assert other.role == "administrator"


def test_the_next_sign_in_asks_for_the_code_and_a_code_opens_once() -> None:
    person = builders.person("officer")
    secret = set_up(with_password(person))
    client = with_password(person)
    assert client.get("/today").status_code == 302
    answer = client.post(f"{SETUP}/ask", {"code": "000000"})
    assert answer.status_code == 200
    assert "Incorrect code" in answer.content.decode()
    sent: list[str] = []

    def send() -> Any:
        sent.append(code(secret))
        return client.post(f"{SETUP}/ask", {"code": sent[-1]})

    assert phones.in_a_step(send).status_code == 302
    assert client.get("/today").status_code == 200
    again = with_password(person)
    assert again.post(f"{SETUP}/ask", {"code": sent[-1]}).status_code == 200, "the same code opened twice"
    assert again.post(f"{SETUP}/ask", {"code": code(secret, steps=-3)}).status_code == 200, "an old code opened"


def test_recovery_codes_are_shown_once_and_open_once_each() -> None:
    person = builders.person("officer")
    client = with_password(person)
    set_up(client)
    shown = CODES.findall(client.get(f"{SETUP}/codes").content.decode())
    assert len(shown) == 10
    assert not CODES.findall(client.get(f"{SETUP}/codes").content.decode())
    for expected in (302, 200):
        answer = with_password(person).post(f"{SETUP}/ask", {"code": shown[0]})
        assert answer.status_code == expected


def rows() -> bytes:
    """Every value of the tables that signing in writes."""
    with connection.cursor() as cursor:
        found = b""
        for table in ("mfa_authenticator", "django_session", "web_cache", "socialaccount_socialaccount"):
            cursor.execute(f"SELECT * FROM {table}")
            found += b"".join(str(value).encode() for row in cursor.fetchall() for value in row)
    return found


def plain_in(found: bytes, *secrets: str) -> list[str]:
    import base64

    return [one for one in secrets if one.encode() in found or base64.b64encode(one.encode())[:-4] in found]


def test_neither_the_phones_secret_nor_a_code_nor_a_cookie_stands_in_the_database() -> None:
    client = with_password(builders.person("officer"))
    pending = phones.SECRET.search(client.get(phones.PHONE).content.decode())
    assert pending
    assert not plain_in(rows(), pending[1]), "while it is being set up"
    secret = set_up(client)
    codes = CODES.findall(client.get(f"{SETUP}/codes").content.decode())
    assert not plain_in(rows(), secret, *codes, client.cookies["krama_session"].value)


def test_a_secret_kept_plain_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from krama.server.accounts.mfa import SealedFactors

    monkeypatch.setattr(SealedFactors, "encrypt", lambda self, text: text)
    monkeypatch.setattr(SealedFactors, "decrypt", lambda self, text: text)
    secret = set_up(with_password(builders.person("officer")))
    assert plain_in(rows(), secret) == [secret]


def test_a_session_in_clear_would_be_seen(settings: Settings) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"
    client = with_password(builders.person("officer"))
    assert plain_in(rows(), client.cookies["krama_session"].value)


def face() -> Pseudonym:
    return name_them("case:c1", Pseudonym.Kind.ACCOUNT, ["a" * 64])["a" * 64]


def proof_of(person: Any, *, how: str = "totp", hours: float = 0) -> SecondFactor:
    return SecondFactor(person.actor_id, how, timezone.now() - timedelta(hours=hours))


def test_the_action_itself_refuses_who_did_not_prove_it(settings: Settings) -> None:
    one, other = builders.person("officer"), builders.person("officer")
    refused = (None, proof_of(other), proof_of(one, hours=12), proof_of(one, hours=-1), proof_of(one, how="demo"))
    for second in refused:
        for emergency in (False, True):
            with pytest.raises(SecondFactorMissing):
                open_identity(one, pseudonym=face(), purpose="protect", second=second, emergency=emergency)
    assert not Opening.objects.exists()
    assert not Entry.objects.filter(event__startswith="identity:").exists()
    open_identity(one, pseudonym=face(), purpose="protect", second=proof_of(one, hours=11.9))
    settings.HOME = settings.HOME.__class__(**{**settings.HOME.__dict__, "kind": "demo"})
    require_given(one, proof_of(one, how="demo"))


def test_a_demo_click_counts_in_a_demo_home_alone(settings: Settings) -> None:
    request = RequestFactory().get("/")
    request.session = {}  # type: ignore[assignment]
    request.user = builders.person("officer")
    assert second_factor.given(request) is None
    settings.HOME = settings.HOME.__class__(**{**settings.HOME.__dict__, "kind": "demo"})
    found = second_factor.given(request)
    assert found
    assert found.how == "demo"
    request.user = builders.person("officer", is_demo=False)
    assert second_factor.given(request) is None


def test_removing_the_last_one_leads_back_to_the_beginning() -> None:
    client = with_password(builders.person("lead"))
    set_up(client)
    assert client.get("/cases").status_code == 200
    assert client.post(f"{phones.PHONE}/remove").status_code == 302
    assert client.get("/cases").headers["Location"] == SETUP
    assert not Authenticator.objects.exists()


def test_a_change_ends_the_sessions_elsewhere_and_only_those() -> None:
    person = builders.person("auditor")
    here, there = with_password(person), with_password(person)
    before = here.cookies["krama_session"].value
    set_up(here)
    assert here.cookies["krama_session"].value != before
    assert [one.get("/guidelines").status_code for one in (here, there)] == [200, 302]
    third = with_password(person)
    assert third.get("/guidelines").status_code == 302  # it waits for its code
    here.post(f"{phones.PHONE}/remove")
    assert here.get("/guidelines").status_code == 200


def test_the_trail_keeps_what_came_and_went_and_no_secret() -> None:
    person = builders.person("officer")
    client = with_password(person)
    secret = set_up(client)
    client.post(f"{phones.PHONE}/remove")
    entries = Entry.objects.filter(event__startswith="staff:factor", subject_id=str(person.pk))
    told = [(one.event, one.details["kind"]) for one in entries.order_by("at")]
    assert told == [
        ("staff:factor:added", "totp"),
        ("staff:factor:added", "recovery_codes"),
        ("staff:factor:removed", "totp"),
        ("staff:factor:removed", "recovery_codes"),
    ]
    assert secret not in str([one.details for one in Entry.objects.all()])


def test_a_colleague_resets_a_lost_phone_and_nobody_their_own() -> None:
    administrator, officer = builders.person("administrator"), builders.person("officer")
    lost, helper = with_password(officer), with_password(administrator)
    set_up(lost)
    set_up(helper)
    assert helper.post(f"/staff/{administrator.pk}/second-factor").status_code == 403
    assert helper.post(f"/staff/{officer.pk}/second-factor").status_code == 302
    assert lost.get("/today").headers["Location"].startswith("/accounts/login")
    entry = Entry.objects.get(event="staff:factor:reset")
    assert (entry.actor_id, entry.subject_id) == (str(administrator.pk), str(officer.pk))
    assert not Entry.objects.filter(event="staff:factor:removed").exists()
    assert with_password(officer).get("/today").headers["Location"] == SETUP
    with pytest.raises(BadInput):
        reset_second_factor(officer, person=officer)
    assert reset_second_factor(TERMINAL, person=administrator) == 2


def test_too_many_wrong_codes_lock_and_say_so_once() -> None:
    person = builders.person("officer")
    secret = set_up(with_password(person))
    client = with_password(person)
    for number in range(11):
        client.post(f"{SETUP}/ask", {"code": f"{number:06}"})
    phones.wait_for_a_whole_step()
    answer = client.post(f"{SETUP}/ask", {"code": code(secret)})
    assert "Too many failed login attempts" in answer.content.decode()
    assert Entry.objects.filter(event="staff:locked", subject_id=str(person.pk)).count() == 1


GARBAGE: tuple[str, ...] = (
    "",
    "x",
    "[]",
    "{}",
    "null",
    "1",
    '{"response": []}',
    '{"response": {}}',
    '{"response": {"a": "\\u0000"}}',
)
ANSWER = {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA", "userHandle": "AA"}
SHAPED = {"id": "AA", "rawId": "AA", "type": "public-key", "response": {**ANSWER, "attestationObject": "oA"}}
GARBAGE += (json.dumps(SHAPED),)


@pytest.mark.parametrize("told", GARBAGE)
def test_a_broken_answer_of_a_passkey_is_a_sentence_and_no_fault(told: str) -> None:
    client = with_password(builders.person("officer"))
    client.get(f"{SETUP}/passkeys/add")
    answer = client.post(f"{SETUP}/passkeys/add", {"name": "Key", "credential": told})
    assert answer.status_code == 200
    assert not Authenticator.objects.exists()
    stranger = browser()
    stranger.get("/accounts/second-factor/passkeys/login", HTTP_ACCEPT="application/json")
    assert stranger.post(f"{SETUP}/passkeys/login", {"credential": told}).status_code == 302
    assert stranger.get("/today").headers["Location"].startswith("/accounts/login")


def test_only_pages_of_passkeys_run_a_script() -> None:
    client = with_password(builders.person("officer"))
    for path, scripted in ((SETUP, False), (phones.PHONE, False), (f"{SETUP}/passkeys/add", True)):
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert ("script-src 'self'" in policy) is scripted, path
        assert "unsafe" not in policy
        inline = re.findall(r"<script(?![^>]* src=)(?![^>]*application/json)", answer.content.decode())
        assert not inline
    assert settings.MFA_RECOVERY_CODES_SHOW_ONCE
