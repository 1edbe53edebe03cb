# SPDX-License-Identifier: Apache-2.0
"""Writing what the firm is: a new profile each time, and a place for an answer to each line that applies."""

from __future__ import annotations

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from krama.errors import BadInput, Conflict
from krama.guidelines import Catalogue, Profile, Word, applicable
from krama.guidelines.applies import checked
from krama.server.accounts.models import User
from krama.server.assessments.models import Answer, FirmProfile
from krama.server.assessments.queries.catalogue import catalogue
from krama.server.trail.actions import record
from krama.server.trail.events import Event

LONGEST = 120
TRIES = 10


@transaction.atomic
def save_profile(
    actor: User,
    *,
    firm_en: str,
    firm_km: str,
    sectors: Collection[str],
    features: Collection[str],
    users: Collection[str],
    size: str,
    languages: Collection[str],
) -> FirmProfile:
    """What the firm is from now on; earlier profiles and all answers stay as they were."""
    names = firm_names(firm_en, firm_km)
    given = Profile(frozenset(sectors), frozenset(features), frozenset(users), size, frozenset(languages))
    held = catalogue()
    applying = applicable(held, checked(held, given))
    row = _numbered(actor, held, given, *names)
    # Someone else may save at the same moment: a line that has a place already keeps it, with what was said there.
    Answer.objects.bulk_create([Answer(line_id=line.id) for line in applying], ignore_conflicts=True)
    details = {"number": row.number, "sectors": row.sectors, "applies": len(applying), "version": held.version}
    record(actor, Event.PROFILE_SAVED, subject_kind="profile", subject_id=row.pk, details=details)
    return row


def firm_names(firm_en: str, firm_km: str) -> tuple[str, str]:
    """The firm's name in both languages; the English one stands in for a Khmer one that was not given."""
    english = " ".join(firm_en.split())
    khmer = " ".join(firm_km.split()) or english
    for field, name in (("firm_en", english), ("firm_km", khmer)):
        if not 1 <= len(name) <= LONGEST:
            raise BadInput(f"The firm's name has {len(name)} characters; write 1 to {LONGEST}.", field=field)
    return english, khmer


def _numbered(actor: User, held: Catalogue, given: Profile, firm_en: str, firm_km: str) -> FirmProfile:
    """The row with the next number; who comes second at the same moment waits here, and takes the one after."""
    words = held.words
    row = FirmProfile(
        firm_en=firm_en,
        firm_km=firm_km,
        sectors=_in_order(words.sectors, given.sectors),
        features=_in_order(words.features, given.features),
        users=_in_order(words.users, given.users),
        size=given.size,
        languages=_in_order(words.languages, given.languages),
        catalogue_id=held.id,
        catalogue_version=held.version,
        made_at=timezone.now(),
        made_by=actor,
    )
    for _ in range(TRIES):
        row.number = (FirmProfile.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        try:
            with transaction.atomic():
                row.save(force_insert=True)
            return row
        except IntegrityError:
            continue
    raise Conflict("The profile is being saved by many at once; nothing was written. Save it again.")


def _in_order(words: Collection[Word], given: frozenset[str]) -> list[str]:
    return [word.id for word in words if word.id in given]
