# SPDX-License-Identifier: Apache-2.0
"""Only the child's report page and what there is to read may stand in a frame of somebody else's page.

Every route is asked as a visitor and as an administrator; the planted one stands for a page that forgot.
"""

from __future__ import annotations

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from krama.server.intake.pages.frame import public
from krama.server.site.urls import urlpatterns as ours
from tests.contracts.test_roles import OURS, routes
from tests.server import builders

pytestmark = pytest.mark.django_db
FRAMED = {"intake:report", "intake:learn", "intake:lesson"}
PART = re.compile(r"<(?:(\w+):)?\w+>")
GIVEN = {"uuid": "6f1d6d3e-7d0f-4c5e-9a55-0b1f5d0c9a11", "int": "1", "slug": "threat"}


@public
def forgotten(request: HttpRequest) -> HttpResponse:
    """What the trap must find."""
    return HttpResponse("seen")


urlpatterns = [*ours, path("forgotten", forgotten, name="forgotten")]


def framable(client: Client, known: dict[str, str]) -> set[str]:
    """The routes whose answer may be shown in a frame of another origin."""
    found = set()
    for route, address in known.items():
        answer = client.get("/" + PART.sub(lambda part: GIVEN.get(part[1] or "", "x"), address))
        policy = answer.headers.get("Content-Security-Policy", "")
        refused = "frame-ancestors 'none'" in policy or answer.headers.get("X-Frame-Options") == "DENY"
        if not refused and not 300 <= answer.status_code < 400:
            found.add(route)
    return found


@pytest.mark.parametrize("role", ["", "administrator"])
def test_no_other_page_may_be_framed(role: str) -> None:
    client = Client(raise_request_exception=False)
    if role:
        client.force_login(builders.person(role), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert framable(client, routes(OURS)) == FRAMED


@pytest.mark.urls(__name__)
def test_a_page_that_forgot_is_seen() -> None:
    assert framable(Client(), {"forgotten": "forgotten", "intake:clock": "time"}) == {"forgotten"}


def test_the_exit_leads_out_of_every_frame() -> None:
    page = Client().get("/report").content.decode()
    assert re.search(r'<a class="exit" href="/time" target="_top" rel="noreferrer">', page)
