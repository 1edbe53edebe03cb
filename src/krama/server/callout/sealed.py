# SPDX-License-Identifier: Apache-2.0
"""Addresses of staff, sealed under the home's key; and the one-time link of a call, derived from it and never kept."""

from __future__ import annotations

import base64
from uuid import UUID

from django.conf import settings

from krama.sealing import KeyedHash, seal, unseal
from krama.server.accounts.actions import secret_hash
from krama.server.callout.models import Call, Way

LETTERS = 27  # of a link: 160 bits


def sealed(pk: UUID, address: str) -> bytes:
    return seal(settings.KRAMA_CALLOUT_KEY, address.encode(), "way", pk)


def address_of(way: Way) -> str:
    """In memory while it is called, and nowhere else."""
    return unseal(settings.KRAMA_CALLOUT_KEY, bytes(way.sealed_address), "way", way.pk).decode()


def hint_of(way: Way) -> str:
    """Enough to tell two apart, not enough to write to."""
    address = address_of(way)
    return f"{address[:2]}…{address[-2:]}" if len(address) > 8 else f"…{address[-2:]}"


def token_of(call: UUID) -> str:
    """What stands in the link: the same each time this call is sent."""
    secret = KeyedHash(settings.KRAMA_CALLOUT_KEY).derive(f"link:{call}")
    return base64.urlsafe_b64encode(secret).decode()[:LETTERS]


def mark_of(token: str) -> str:
    """By this a link is found again; nobody makes the link from it."""
    return secret_hash(token)


def link_of(call: Call) -> str:
    return f"{settings.HOME.url}/wake/{token_of(call.pk)}"
