# SPDX-License-Identifier: Apache-2.0
"""Whose a row is, and what they chose: a keyed hash and a seal, so that a copy of the database tells of nobody."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings

from krama.errors import BadSeal
from krama.sealing import KeyedHash, seal, unseal
from krama.server.accounts.models import User
from krama.server.wellbeing.kinds import Kind
from krama.server.wellbeing.models import Choice


@dataclass(frozen=True)
class Choices:
    """`minutes`: a limit below the firm's, or None. `kinds`: what this person is not given."""

    minutes: int | None = None
    kinds: frozenset[Kind] = field(default_factory=frozenset)


@cache
def _hashes() -> KeyedHash:
    return KeyedHash(KeyedHash(settings.KRAMA_IDENTIFIERS_KEY).derive("wellbeing"))


def whose(person: User) -> str:
    """The name under which this room knows a person."""
    return _hashes().of("person", str(person.pk))


def choices_of(person: User) -> Choices:
    """What they chose; nothing where it was put there by somebody else."""
    return all_choices([person])[0]


def all_choices(people: Iterable[User]) -> list[Choices]:
    """The same of each of them, in their order and in one question."""
    names = [whose(person) for person in people]
    rows = Choice.objects.in_bulk(names)
    return [_opened(rows[name]) if name in rows else Choices() for name in names]


def _opened(row: Choice) -> Choices:
    try:
        said = json.loads(unseal(_key(), bytes(row.sealed), "choice", row.whose))
    except BadSeal:
        return Choices()
    return Choices(said["minutes"], frozenset(Kind(one) for one in said["kinds"] if one in Kind.values))


def sealed(name: str, choices: Choices) -> bytes:
    """Padded to one length: how long it is must not say how much somebody chose."""
    plain = json.dumps({"minutes": choices.minutes, "kinds": sorted(choices.kinds)})
    return seal(_key(), plain.ljust(200).encode(), "choice", name)


def _key() -> bytes:
    return _hashes().derive("choices")
