# SPDX-License-Identifier: Apache-2.0
"""A demo home full of open cases, and reviewers who are signed in: run on a home, it says their session cookies."""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from typing import Any

MOST = 30_000  # minutes


def make(cases: int, reviewers: int) -> list[str]:
    """As scans and a sign-in would have left it."""
    from django.db import transaction

    from krama.server.wellbeing.models import Care
    from tests.server import builders

    # Machines do a day's work in minutes: no case waits because its reviewer has seen enough.
    Care.objects.update_or_create(pk=1, defaults={"daily_minutes": MOST, "offer_minutes": MOST, "must_minutes": MOST})
    with transaction.atomic():
        cookies = [_signed_in(builders.person("reviewer", name=f"R{number}")) for number in range(reviewers)]
    for begun in range(0, cases, 50):
        with transaction.atomic():
            _collected([builders.detection().pk for _ in range(begun, min(begun + 50, cases))])
    return cookies


def _collected(pks: list[Any]) -> None:
    from krama.server.cases.collecting.collect import _collect_one

    for pk in pks:
        _collect_one(pk)


def _signed_in(person: Any) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from krama.server.accounts.middleware import SEEN, SIGNED_IN

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[SIGNED_IN] = session[SEEN] = time.time()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


if __name__ == "__main__":
    from krama.cli.house import start_django

    start_django()
    print(json.dumps(make(int(sys.argv[1]), int(sys.argv[2]))))
