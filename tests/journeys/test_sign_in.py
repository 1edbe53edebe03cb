# SPDX-License-Identifier: Apache-2.0
"""Signing in at a real home, in a browser: a phone's code, a passkey by Chromium's own virtual authenticator."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.ground import Ground
from tests.journeys.ways import sign_in, with_authenticator
from tests.server.accounts.phones import code, wait_for_a_whole_step

pytestmark = pytest.mark.journey
SECRET = re.compile(r"[A-Z2-7]{32}")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    ground = Ground(Path(tmp_path_factory.mktemp("sign-in")))
    made = ground.krama("init")
    assert made.status == 0, made.said
    ground.start("--no-worker", pages=(f"{ground.url}/start",))
    yield ground
    assert ground.stop() == 0


def hired(ground: Ground, username: str, role: str) -> str:
    """A member of staff by the real command; their password."""
    said = ground.krama("staff", "add", username, "--role", role).said
    return said.rsplit("shown only now: ", 1)[1].strip()


def enter(page: Page, ground: Ground, username: str, password: str) -> None:
    sign_in(page, ground.url, (username, password))


def sign_out(page: Page, ground: Ground) -> None:
    page.goto(f"{ground.url}/accounts/logout")
    page.locator("main form button").click()
    page.wait_for_url("**/start")


def test_a_phone_without_a_script_in_the_page(real: Ground, new_page: Callable[[str], Page]) -> None:
    password = hired(real, "maly", "officer")
    page = new_page("en")
    page.route("**/*.js", lambda route: route.abort())
    enter(page, real, "maly", password)
    page.wait_for_url("**/accounts/second-factor")
    page.goto(f"{real.url}/trail")
    assert page.url.endswith("/accounts/second-factor"), "a page opened without a second factor"
    page.locator("a[href$='/second-factor/phone']").click()
    assert page.locator("main img").evaluate("picture => picture.naturalWidth") > 0, "the picture is not allowed"
    secret = SECRET.search(page.content())
    assert secret
    wait_for_a_whole_step()
    page.locator("#id_code").fill(code(secret[0]))
    page.locator("main form button.main").click()
    page.wait_for_url("**/second-factor/codes")
    codes = page.locator(".secret").inner_text().split()
    assert len(codes) == 10
    page.locator("main a.main").click()
    page.wait_for_url("**/today")
    sign_out(page, real)
    enter(page, real, "maly", password)
    page.wait_for_url("**/second-factor/ask**")
    page.locator("#id_code").fill(codes[0])
    page.locator("main form button.main").click()
    page.wait_for_url("**/today")


def test_a_passkey_then_alone_and_as_the_second_factor(real: Ground, new_page: Callable[[str], Page]) -> None:
    password = hired(real, "dara", "administrator")
    page = with_authenticator(new_page("en"))
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    enter(page, real, "dara", password)
    page.locator("a[href$='/passkeys/add']").click()
    page.locator("[data-passkey-button]").click()
    page.wait_for_url("**/second-factor/codes")
    sign_out(page, real)
    enter(page, real, "dara", password)
    page.wait_for_url("**/second-factor/ask**")
    page.locator("[data-passkey-button]").click()
    page.wait_for_url("**/staff")
    sign_out(page, real)
    page.goto(f"{real.url}/accounts/login")
    page.locator("[data-passkey-button]").click()
    page.wait_for_url("**/staff")
    assert not faults, faults


def test_a_passkey_of_nobody_here_opens_nothing(real: Ground, new_page: Callable[[str], Page]) -> None:
    page = with_authenticator(new_page("en"))
    page.goto(f"{real.url}/accounts/login")
    page.locator("[data-passkey-button]").click()
    page.locator("#passkey-failed").wait_for(state="visible")
    page.goto(f"{real.url}/staff")
    assert "/accounts/login" in page.url
