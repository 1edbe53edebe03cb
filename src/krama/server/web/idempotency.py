# SPDX-License-Identifier: Apache-2.0
"""Idempotency-Key (IETF httpapi draft 07): 400 without one, 409 while in progress, 422 for another payload."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from krama.errors import BadInput, Conflict, KramaError
from krama.sealing import KeyedHash
from krama.server.web.models import Answer

LONGEST = 255


class KeyMissing(KramaError):
    """Send an Idempotency-Key header: one new random value for each decision, the same when you repeat it."""

    code = "idempotency_key_missing"
    public = True


class KeyReused(BadInput):
    """This Idempotency-Key was used for another request."""

    code = "idempotency_key_reused"


class InProgress(Conflict):
    """A request with this Idempotency-Key is being carried out at this moment; ask again."""

    code = "in_progress"
    permanent = False


def once(caller: str, key: str | None, payload: dict[str, Any], act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Carry out `act` once for this key; the answer and the act are written together or not at all."""
    if not key:
        raise KeyMissing
    if len(key) > LONGEST:
        raise BadInput(f"An Idempotency-Key has at most {LONGEST} characters.", field="Idempotency-Key")
    said = json.dumps(payload, sort_keys=True, default=str)
    fingerprint = KeyedHash(settings.SECRET_KEY.encode()).of(
        "idempotency", said
    )  # a plain hash of few words is guessed
    if earlier := Answer.objects.filter(caller=caller, key=key).first():
        return _again(earlier, fingerprint)
    try:
        with transaction.atomic():
            # The key is taken first: the same request sent twice at once waits here, and never acts.
            answer = Answer.objects.create(caller=caller, key=key, fingerprint=fingerprint, status=200, body={})
            answer.body = act()
            answer.save(update_fields=["body"])
            return dict(answer.body)
    except IntegrityError as race:
        if earlier := Answer.objects.filter(caller=caller, key=key).first():
            return _again(earlier, fingerprint)
        raise InProgress from race


def _again(earlier: Answer, fingerprint: str) -> dict[str, Any]:
    if earlier.fingerprint != fingerprint:
        raise KeyReused
    return dict(earlier.body)
