# SPDX-License-Identifier: Apache-2.0
"""Signing in by the firm's own provider: a real `krama serve` of a real home, a provider that follows the standard."""

from __future__ import annotations

import itertools
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

import pytest

from krama.errors import BadHome
from krama.server.site.oidc import oidc_of
from tests.server.accounts import firm
from tests.server.accounts.firm import Provider, providing
from tests.server.houses import House, copied, serving

pytestmark = [pytest.mark.database, pytest.mark.every_postgres]
numbers = itertools.count(1)
NOW = "2026-01-01 00:00:00+00:00"
SETUP = "/accounts/second-factor"


@dataclass
class Firm:
    """A served real home whose staff come by this provider, which says `amr: mfa` when it asked for two."""

    house: House
    provider: Provider
    url: str

    def hired(self, role: str = "officer") -> str:
        """A new member of staff, as the administrator's page writes them (a command for each took minutes)."""
        username = f"person{next(numbers)}"
        columns = "id, password, username, name, role, is_active, is_demo, provider_name, session_epoch, created_at"
        pk, called = uuid.uuid4(), f"{username}@firm.example"
        row = (str(pk) if self.house.database else pk.hex, "!", username, username, role, True, False, called, 0, NOW)
        self.house.sql(f"INSERT INTO accounts_user ({columns}) VALUES ({', '.join(['%s'] * len(row))})", *row)
        return username


@pytest.fixture(scope="module")
def at(real_pattern: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    folder: Path = tmp_path_factory.mktemp("firm")
    secret = folder / "secret"
    secret.write_text(firm.SECRET)
    secret.chmod(0o600)
    with providing() as provider, copied(real_pattern, folder) as house:
        named: dict[str, Any] = {
            "KRAMA_OIDC_SERVER": provider.url,
            "KRAMA_OIDC_CLIENT": firm.CLIENT,
            "KRAMA_OIDC_SECRET_FILE": str(secret),
            "KRAMA_OIDC_SECOND_FACTOR": "amr=mfa",
        }
        with serving(house, "--no-worker", **named) as (_, port):
            yield Firm(house, provider, f"http://localhost:{port}")


@pytest.fixture(autouse=True)
def as_it_should(at: Firm) -> None:
    at.provider.token, at.provider.down, at.provider.refuses = firm.good, False, False


class Stay(HTTPRedirectHandler):
    def redirect_request(self, *_given: Any) -> None:
        return None


class Visitor:
    """A browser without a screen that comes by the provider."""

    def __init__(self, firm: Firm) -> None:
        self.firm, self.jar = firm, CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self.jar))
        self._stays = build_opener(HTTPCookieProcessor(self.jar), Stay())

    def go(self, path: str) -> tuple[int, str]:
        """Status, and the address one ends up at."""
        return self._open(self._opener, path)

    def step(self, url: str) -> str:
        """One step only: where it sends one."""
        request = Request(url if "//" in url else self.firm.url + url)
        try:
            with self._stays.open(request, timeout=120):
                return ""
        except HTTPError as answer:
            return answer.headers.get("Location", "")

    def come(self, **claims: Any) -> tuple[int, str]:
        self.firm.provider.person = {"sub": f"sub-{str(claims.get('preferred_username', '')).split('@')[0]}", **claims}
        return self.go("/accounts/provider")

    def is_in(self) -> bool:
        return "/accounts/login" not in self.go("/guidelines")[1]

    def _open(self, opener: Any, path: str) -> tuple[int, str]:
        try:
            with opener.open(Request(self.firm.url + path), timeout=120) as answer:
                return answer.status, answer.url
        except HTTPError as error:
            return error.code, error.url


def test_a_member_of_staff_comes_in_with_the_providers_second_factor(at: Firm) -> None:
    visitor, name = Visitor(at), at.hired("officer")
    status, where = visitor.come(preferred_username=f"{name}@firm.example", amr=["pwd", "mfa"], email="x@firm.example")
    assert (status, where) == (200, f"{at.url}/today")
    asked = at.provider.asked[-1]
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["nonce"]) >= 24
    kept = str(at.house.sql("SELECT * FROM socialaccount_socialaccount"))
    assert "firm.example" not in kept, "what the provider told of a person was kept"


@pytest.mark.parametrize("told", [{}, {"amr": ["pwd"]}, {"amr": "mfax"}, {"acr": "mfa"}, {"amr": [["mfa"]]}])
def test_without_it_the_house_asks_for_its_own(at: Firm, told: dict[str, Any]) -> None:
    visitor, name = Visitor(at), at.hired("officer")
    assert visitor.come(preferred_username=f"{name}@firm.example", **told)[1] == f"{at.url}{SETUP}"
    assert visitor.go("/today")[1] == f"{at.url}{SETUP}"


@pytest.mark.parametrize("fault", firm.FAULTS)
def test_a_token_that_does_not_hold_opens_nothing(at: Firm, fault: str) -> None:
    visitor, name = Visitor(at), at.hired("auditor")
    at.provider.token = firm.FAULTS[fault]
    assert visitor.come(preferred_username=f"{name}@firm.example")[0] == 403
    assert not visitor.is_in()
    at.provider.token = firm.good
    assert visitor.come(preferred_username=f"{name}@firm.example")[0] == 200
    assert visitor.is_in(), "and the same person with a good one is let in"


def test_an_answer_that_nobody_asked_for_opens_nothing(at: Firm) -> None:
    name, mine, theirs = at.hired("auditor"), Visitor(at), Visitor(at)
    at.provider.person = {"sub": "s", "preferred_username": f"{name}@firm.example"}
    back = theirs.step(theirs.step("/accounts/provider"))
    assert "code=" in back
    for url in (back, re.sub(r"state=[^&]+", "state=another", back), re.sub(r"state=[^&]+&?", "", back)):
        mine.step(url)
        assert not mine.is_in(), url
    theirs.step(back)
    assert theirs.is_in()


def test_an_answer_opens_once(at: Firm) -> None:
    name, visitor = at.hired("auditor"), Visitor(at)
    at.provider.person = {"sub": "once", "preferred_username": f"{name}@firm.example"}
    back = visitor.step(visitor.step("/accounts/provider"))
    visitor.step(back)
    assert visitor.is_in()
    visitor.jar.clear()
    visitor.step(back)
    assert not visitor.is_in()


def test_nobody_is_let_in_whom_no_administrator_named(at: Firm) -> None:
    before = at.house.one("SELECT count(*) FROM accounts_user")
    for told in (
        {"preferred_username": "stranger@firm.example"},
        {},
        {"preferred_username": ["a"]},
        {"email": "a@b.c"},
    ):
        visitor = Visitor(at)
        assert visitor.come(**told)[0] == 403
        assert not visitor.is_in()
    assert at.house.one("SELECT count(*) FROM accounts_user") == before


def test_a_name_given_to_a_newcomer_does_not_open_its_former_owners_account(at: Firm) -> None:
    name = at.hired("auditor")
    called = f"{name}@firm.example"
    assert Visitor(at).come(preferred_username=called, sub="first")[0] == 200
    assert Visitor(at).come(preferred_username=called, sub="second")[0] == 403
    assert Visitor(at).come(preferred_username="renamed@firm.example", sub="first")[0] == 200
    at.house.krama("staff", "provider", name)
    assert Visitor(at).come(preferred_username=called, sub="first")[0] == 403


def test_who_is_switched_off_stays_out(at: Firm) -> None:
    name, visitor = at.hired("auditor"), Visitor(at)
    at.house.sql("UPDATE accounts_user SET is_active = %s WHERE username = %s", False, name)
    visitor.come(preferred_username=f"{name}@firm.example", amr=["mfa"])
    assert not visitor.is_in()


def test_a_provider_that_is_down_or_says_no_is_a_page(at: Firm) -> None:
    at.provider.refuses = True
    assert Visitor(at).come(preferred_username="x")[0] == 403
    at.provider.down = True
    assert Visitor(at).come(preferred_username="x")[0] == 403


def test_nothing_of_the_request_is_taken_from_the_address(at: Firm) -> None:
    Visitor(at).step("/accounts/provider?" + urlencode({"scope": "admin", "auth_params": "prompt=none&nonce=mine"}))
    where = Visitor(at).step("/accounts/provider?" + urlencode({"scope": "admin", "auth_params": "nonce=mine"}))
    assert "admin" not in where
    assert "nonce=mine" not in where


WHOLE = {"KRAMA_OIDC_SERVER": "https://id.example.org", "KRAMA_OIDC_CLIENT": "krama"}


def test_settings_that_do_not_fit_are_named(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s\n")
    secret.chmod(0o600)
    whole = {**WHOLE, "KRAMA_OIDC_SECRET_FILE": str(secret)}
    assert oidc_of({}) is None
    found = oidc_of(whole)
    assert found
    assert (found.secret, found.claim, found.second) == ("s", "preferred_username", ())
    assert "s\n" not in repr(found)
    for changed, words in (
        ({"KRAMA_OIDC_SERVER": "http://id.example.org"}, "https"),
        ({"KRAMA_OIDC_CLIENT": ""}, "KRAMA_OIDC_CLIENT"),
        ({"KRAMA_OIDC_SECRET_FILE": str(tmp_path / "none")}, "cannot be read"),
        ({"KRAMA_OIDC_SECOND_FACTOR": "yes"}, "amr="),
        ({"KRAMA_OIDC_SECOND_FACTOR": "sub=me"}, "amr="),
    ):
        with pytest.raises(BadHome, match=words):
            oidc_of({**whole, **changed})
    secret.chmod(0o644)
    with pytest.raises(BadHome, match="chmod 600"):
        oidc_of(whole)
