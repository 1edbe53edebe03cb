# SPDX-License-Identifier: Apache-2.0
"""Making a proof pack: what stands is read at one moment, printed, packed, and its hashes go into the trail."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils import timezone

from krama.guidelines.manifest import Made, make_pack
from krama.guidelines.pack_paper import NAMES, pack_paper
from krama.paper import to_pdf
from krama.server.assessments.models import Edition
from krama.server.assessments.queries.packs import Contents, contents, edition_to_pack
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event
from krama.server.trail.sequencer import sequence


@dataclass(frozen=True)
class Pack:
    """A pack that was just made, and the name to save it under."""

    edition: Edition
    made: Made
    name: str


def make(actor: Actor, *, number: int | None = None) -> Pack:
    """The pack of one edition: of that number, else of the last one approved.

    Not one transaction: printing takes seconds, and nobody else could write meanwhile. What is read is read at one
    moment, and only a pack that was made is written into the trail.
    """
    now = timezone.now()
    sequence()  # so that the root covers what was approved a moment ago, also where no loop runs
    with transaction.atomic():
        edition = edition_to_pack(number)
        found = contents(edition, now)
    made = make_pack(found.files, found.facts, {name: partial(_printed, found, of) for of, name in NAMES.items()})
    with transaction.atomic():
        details = {
            "edition": edition.number,
            "edition_sha256": edition.sha256,
            "manifest_sha256": made.manifest_sha256,
            "sums_sha256": made.sums_sha256,
            "bytes": len(made.content),
        }
        record(actor, Event.PACK_MADE, subject_kind="edition", subject_id=edition.pk, details=details)
    return Pack(edition, made, f"proof-pack-{edition.number}-{timezone.localdate(now).isoformat()}.zip")


def _printed(found: Contents, language: str, manifest_sha256: str) -> bytes:
    return to_pdf(pack_paper(found.data, language, manifest_sha256))
