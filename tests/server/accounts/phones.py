# SPDX-License-Identifier: Apache-2.0
"""A person's phone and browser, for tests of signing in: codes by RFC 6238, not by allauth."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.test import Client

from tests.server import builders

SECRET = re.compile(r'class="secret"><code translate="no">([A-Z2-7]+)</code>')
PHONE = "/accounts/second-factor/phone"


def code(secret: str, *, steps: int = 0) -> str:
    """The six digits that an authenticator app shows now, or some steps of thirty seconds from now."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def wait_for_a_whole_step() -> None:
    """Not in the last seconds of a step: the code would be another one when it arrives."""
    if time.time() % 30 > 25:
        time.sleep(30.1 - time.time() % 30)


def in_a_step(send: Callable[[], Any]) -> Any:
    """What was answered; refused while a step ended, it is sent anew, with the next step's code."""
    while True:
        wait_for_a_whole_step()
        step, answer = time.time() // 30, send()
        if answer.status_code == 302 or time.time() // 30 == step:
            return answer


def real_home() -> Any:
    """This test's home as a real one: nobody's click counts."""
    return dataclasses.replace(settings.HOME, kind="real")


def browser() -> Client:
    return Client(HTTP_ACCEPT_LANGUAGE="en", HTTP_HOST="localhost")


def with_password(user: Any, client: Client | None = None) -> Client:
    """Signed in with the password, and no further."""
    client = client or browser()
    client.post("/accounts/login", {"login": user.username, "password": builders.PASSWORD})
    return client


def set_up(client: Client) -> str:
    """Set up a phone as the page leads; the secret that the phone holds now."""
    secret = SECRET.search(client.get(PHONE).content.decode())
    assert secret, client.get(PHONE).content.decode()
    answer = in_a_step(lambda: client.post(PHONE, {"code": code(secret[1])}))
    assert answer.status_code == 302, answer.content.decode()
    return secret[1]
