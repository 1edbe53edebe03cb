# SPDX-License-Identifier: Apache-2.0
"""Who may do what, and that the ways in close when they should."""

from __future__ import annotations

import pytest
from django.test import Client

from krama.errors import BadInput, Conflict, NotAllowed, NotFound
from krama.server.accounts import actions, queries
from krama.server.accounts.may import NEVER_OWN, OWN, ROLES, SCOPES, Operation, may, require
from krama.server.accounts.models import Key, Role, Scope, User
from krama.server.trail.actor import TERMINAL
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def test_every_operation_has_its_rule() -> None:
    asked = set(ROLES) | set(SCOPES)
    assert asked == set(Operation)
    assert set(OWN) | NEVER_OWN <= set(Operation)


def test_nobody_decides_cases_and_keeps_the_machine_too() -> None:
    for role in Role:
        person = builders.person(role)
        assert not (may(person, Operation.DECIDE_CASES) and may(person, Operation.ADD_STAFF))


@pytest.mark.parametrize("operation", list(Operation))
def test_who_is_switched_off_or_unknown_may_nothing(operation: Operation) -> None:
    person = builders.person("administrator")
    person.is_active = False
    for actor in (person, None, object(), "administrator", TERMINAL):
        assert not may(actor, operation)


@pytest.mark.parametrize("operation", list(Operation))
def test_a_key_may_what_its_scopes_say_until_it_is_revoked(operation: Operation) -> None:
    for scope in Scope:
        key, _ = builders.key(scope)
        assert may(key, operation) == (SCOPES.get(operation) == scope)
        assert not may(actions.revoke_key(TERMINAL, key=key), operation)


@pytest.mark.parametrize("role", list(Role))
def test_everybody_sees_and_names_themselves_but_nobody_gives_themselves_a_role(role: Role) -> None:
    me, other = builders.person(role), builders.person("reviewer")
    assert may(me, Operation.READ_PERSON, me)
    assert may(me, Operation.CHANGE_PERSON, me)
    assert not may(me, Operation.ADMINISTER_PERSON, me)
    assert may(me, Operation.CHANGE_PERSON, other) == (role == Role.ADMINISTRATOR)
    assert may(me, Operation.ADMINISTER_PERSON, other) == (role == Role.ADMINISTRATOR)


def test_a_lead_revokes_their_own_keys_and_an_administrator_any() -> None:
    lead, other, administrator = builders.person("lead"), builders.person("lead"), builders.person("administrator")
    key, _ = builders.key("scan", owner=lead)
    nobodys, _ = builders.key("scan")
    assert may(lead, Operation.REVOKE_KEY, key)
    assert not may(other, Operation.REVOKE_KEY, key)
    assert not may(lead, Operation.REVOKE_KEY, nobodys)
    assert may(administrator, Operation.REVOKE_KEY, key)
    assert may(administrator, Operation.REVOKE_KEY, nobodys)
    with pytest.raises(NotAllowed):
        require(other, Operation.REVOKE_KEY, key)


def test_the_last_administrator_stays_one() -> None:
    last = builders.person("administrator")
    for role, is_active in (("auditor", True), ("administrator", False)):
        with pytest.raises(Conflict, match="last active administrator"):
            actions.administer_person(TERMINAL, person=last, role=role, is_active=is_active)
    second = builders.person("administrator")
    actions.administer_person(TERMINAL, person=last, role="auditor", is_active=True)
    assert User.objects.get(pk=last.pk).role == "auditor"
    with pytest.raises(Conflict):
        actions.administer_person(TERMINAL, person=second, role="administrator", is_active=False)


def test_an_administrator_who_is_switched_off_does_not_count() -> None:
    off, last = builders.person("administrator"), builders.person("administrator")
    actions.administer_person(TERMINAL, person=off, role="administrator", is_active=False)
    with pytest.raises(Conflict):
        actions.administer_person(TERMINAL, person=last, role="reviewer", is_active=True)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"role": "chief"}, "There is no role 'chief'"),
        ({"username": "Two words"}, "no spaces"),
        ({"username": "a/b"}, "no spaces"),
        ({"username": ""}, "blank"),
        ({"name": "n" * 121}, "120"),
        ({"password": "short"}, "too short"),
        ({"password": "123456789012345"}, "numeric"),
    ],
)
def test_a_person_that_does_not_fit_is_refused(changes: dict[str, str], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        builders.person(**changes)
    assert not User.objects.exists()
    assert not Entry.objects.exists()


def test_a_user_name_is_taken_whatever_its_case() -> None:
    builders.person(username="sokha")
    with pytest.raises(BadInput):
        builders.person(username="Sokha")


def test_a_password_is_kept_as_argon2_only() -> None:
    person = builders.person()
    assert person.password.startswith("argon2$argon2id$")
    assert builders.PASSWORD not in str(User.objects.values())


def test_random_passwords_are_long_and_pass_our_own_rules() -> None:
    made = {actions.random_password() for _ in range(20)}
    assert len(made) == 20
    assert {len(password) for password in made} == {23}
    for password in list(made)[:2]:
        builders.person(password=password)


def test_a_keys_secret_is_not_kept() -> None:
    key, token = builders.key("scan")
    secret = token.split("_", 2)[2]
    assert secret not in str(Key.objects.values())
    assert key.secret_hash == actions.secret_hash(secret)
    assert secret not in str(Entry.objects.values())


def test_a_key_opens_until_it_is_revoked() -> None:
    key, token = builders.key("scan")
    assert queries.key_of(token) == key
    actions.revoke_key(TERMINAL, key=key)
    assert queries.key_of(token) is None


def test_revoking_twice_is_one_entry() -> None:
    key, _ = builders.key("scan")
    actions.revoke_key(TERMINAL, key=key)
    first = key.revoked_at
    actions.revoke_key(TERMINAL, key=key)
    assert Key.objects.get().revoked_at == first
    assert Entry.objects.filter(event="key:revoked").count() == 1


def test_what_only_looks_like_a_key_opens_nothing() -> None:
    key, token = builders.key("scan")
    for wrong in ("", "krama", "krama__", f"krama_{key.prefix}_", token + "x", token[:-1], token.upper(), "a" * 9_000):
        assert queries.key_of(wrong) is None, wrong


@pytest.mark.parametrize("scopes", [[], ["everything"], ["scan", "everything"]])
def test_a_key_with_no_or_unknown_scope_is_refused(scopes: list[str]) -> None:
    with pytest.raises(BadInput):
        builders.key(*scopes)
    assert not Key.objects.exists()


def test_a_new_password_ends_every_session_of_that_person() -> None:
    person, other = builders.person("officer"), builders.person("officer")
    browsers = [Client() for _ in range(3)]
    for browser, user in zip(browsers, (person, person, other), strict=True):
        browser.force_login(user, backend=BACKEND)
        assert browser.get("/today").status_code == 200
    actions.set_password(TERMINAL, username=person.username, password="another-long-phrase-77")
    assert [browser.get("/today").status_code for browser in browsers] == [302, 302, 200]


def test_a_password_for_nobody_is_refused() -> None:
    with pytest.raises(NotFound):
        actions.set_password(TERMINAL, username="nobody", password=builders.PASSWORD)


def test_who_is_switched_off_is_out_at_once() -> None:
    builders.person("administrator")
    person, browser = builders.person("officer"), Client()
    browser.force_login(person, backend=BACKEND)
    actions.administer_person(TERMINAL, person=person, role="officer", is_active=False)
    assert browser.get("/today").status_code == 302


def test_a_sign_in_is_an_entry_and_a_wrong_password_is_no_sign_in() -> None:
    person, browser = builders.person("officer"), Client()
    browser.post("/accounts/login", {"login": person.username, "password": "wrong"})
    assert browser.get("/today").status_code == 302
    assert not Entry.objects.filter(event="staff:signed-in").exists()
    browser.post("/accounts/login", {"login": person.username, "password": builders.PASSWORD})
    assert browser.get("/today").status_code == 200
    entry = Entry.objects.get(event="staff:signed-in")
    assert (entry.actor_id, entry.subject_id) == (str(person.pk), str(person.pk))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "a\x00b"])
def test_a_key_without_a_fit_name_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="1 to 120"):
        actions.add_key(TERMINAL, name=name, scopes=["scan"])
