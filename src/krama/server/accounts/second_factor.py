# SPDX-License-Identifier: Apache-2.0
"""The second factor of one session: who must give one, and the small proof that they did.

A page hands the proof to the action, and the action asks it again; it never trusts that the page was guarded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from krama.errors import NotAllowed
from krama.server.accounts.may import ROLES, Operation
from krama.server.accounts.models import Role, User
from krama.server.trail.actor import Actor

# Whoever may see who stands behind a pseudonym, or judge that somebody did.
ASKED_FOR = (Operation.OPEN_IDENTITIES, Operation.BREAK_GLASS, Operation.REVIEW_EMERGENCY)
NEEDED: frozenset[Role] = frozenset().union(*(ROLES[operation] for operation in ASKED_FOR))
HOLDS_FOR = timedelta(hours=12)
DEMO, PROVIDER = "demo", "provider"


class SecondFactorMissing(NotAllowed):
    """Sign in with a second factor first; this session has none, or it is older than twelve hours."""

    code = "second_factor_missing"


@dataclass(frozen=True)
class SecondFactor:
    """This person proved a second time who they are: with what, and when. Made by `given`, from the session."""

    person_id: str
    how: str
    at: datetime


def needed(user: User) -> bool:
    """This person's role may open identities, so a password alone is not enough."""
    return user.role in NEEDED


def given(request: HttpRequest) -> SecondFactor | None:
    """What this session proved; None when nothing, or too long ago."""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return None
    if settings.HOME.is_demo and user.is_demo:  # one click, on this machine, of an invented person
        return SecondFactor(user.actor_id, DEMO, timezone.now())
    records: list[dict[str, Any]] = get_authentication_records(request, user)
    proofs = [_proof(user, record) for record in records if record.get("method") == "mfa"]
    return next((proof for proof in reversed(proofs) if _holds(proof)), None)


def require_given(actor: Actor, proof: SecondFactor | None) -> None:
    """Inside an action: the proof is this actor's own and holds."""
    if proof is None or proof.person_id != actor.actor_id or not _holds(proof):
        raise SecondFactorMissing
    if proof.how == DEMO and not settings.HOME.is_demo:
        raise SecondFactorMissing("A click of a demo is no second factor in a real home.")


def has_one(user: User) -> bool:
    """Something to prove with is set up, whether or not this session used it."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user=user, type__in=kinds).exists())


def _proof(user: User, record: dict[str, Any]) -> SecondFactor:
    return SecondFactor(user.actor_id, str(record.get("type", "")), datetime.fromtimestamp(record["at"], UTC))


def _holds(proof: SecondFactor) -> bool:
    return timedelta(0) - timedelta(minutes=1) <= timezone.now() - proof.at < HOLDS_FOR
