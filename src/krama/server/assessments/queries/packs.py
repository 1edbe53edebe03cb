# SPDX-License-Identifier: Apache-2.0
"""What goes into a proof pack: one edition, and what shows it. People stand there as a role and the trail's id of them.

Must never hold a name, a user name or an address of a person that Krama itself knows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone, translation

from krama.errors import Conflict, NotFound
from krama.guidelines import Line, shipped
from krama.guidelines.pack_readme import readme
from krama.server.accounts.models import User
from krama.server.assessments.models import Edition, GivenProof, Paper, ProofChange
from krama.server.assessments.queries import papers as papers_queries
from krama.server.assessments.queries import proofs as proofs_queries
from krama.server.assessments.queries.catalogue import catalogue
from krama.server.trail.events import Event
from krama.server.trail.leaf import plain_of
from krama.server.trail.models import Entry
from krama.server.trail.queries import head

A_YEAR = timedelta(days=366)
MOST_SHOWN = 50


@dataclass(frozen=True)
class Contents:
    """The files of data as they are packed, the facts of the manifest, and what the printed papers are made from."""

    files: Mapping[str, bytes]
    facts: Mapping[str, Any]
    data: Mapping[str, Any]


@dataclass(frozen=True)
class PackMade:
    """A pack that was made: what the trail kept of it."""

    at: datetime
    edition: int
    name: str
    manifest_sha256: str
    sums_sha256: str


def edition_to_pack(number: int | None) -> Edition:
    """The edition of that number; without one the last that was approved, else the last that waits."""
    rows = Edition.objects.select_related("profile", "submitted_by", "decided_by").order_by("-number")
    if number is not None:
        found = rows.filter(number=number).first()
        if found is None:
            raise NotFound(f"There is no assessment with the number {number}; the page of the editions shows them all.")
        return found
    found = rows.filter(state=Edition.State.APPROVED).first() or rows.exclude(state=Edition.State.RETURNED).first()
    if found is None:
        raise Conflict("No assessment was submitted yet. Submit one first; a proof pack is made from it.")
    return found


def editions_to_pack() -> list[Edition]:
    """What a pack can be made of, the newest first."""
    return list(Edition.objects.defer("body").order_by("-number"))


def packs() -> list[PackMade]:
    """The packs that were made, the newest first."""
    rows = Entry.objects.filter(event=Event.PACK_MADE).order_by("-at")[:MOST_SHOWN]
    names = dict(Edition.objects.values_list("number", "name"))
    return [
        PackMade(row.at, number, names.get(number, ""), row.details["manifest_sha256"], row.details["sums_sha256"])
        for row in rows
        for number in [row.details["edition"]]
    ]


def contents(edition: Edition, now: datetime) -> Contents:
    """Everything, as it stands now; the edition and the papers in the form over which the trail keeps their hash."""
    held = catalogue()
    approved = _approved()
    data: dict[str, Any] = {
        "assessment": _assessment(edition, now),
        "lines": _words(edition),
        "papers": [_paper(paper) for paper in approved],
        "given-proofs": [
            _given(proof) for proof in GivenProof.objects.select_related("given_by").order_by("given_at", "pk")
        ],
        "live-proofs": _live(now),
        "trail": _trail(edition, approved),
    }
    files = {f"{name}.json": _written(body) for name, body in data.items()}
    files |= {f"papers/{paper.kind}-{paper.number}.json": canonical(paper.body) for paper in approved}
    files |= {"edition.json": canonical(edition.body), "README.txt": readme()}
    about = data["assessment"]
    kept = ("number", "sha256", "state", "catalogue", "country", "made_at")
    facts = {name: about[name] for name in kept} | {"trail": data["trail"]["head"], "catalogue_in_force": held.version}
    return Contents(files, facts, data | {"answers": answers_in(edition.body)})


def answers_in(body: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The answers of an edition's body by the line's id, in its order."""
    return {line["id"]: line for line in body["lines"]}


def canonical(body: object) -> bytes:
    """The bytes over which `hash_of` was taken: `sha256sum` gives the hash that the trail keeps."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _written(body: object) -> bytes:
    return (json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1, default=str) + "\n").encode()


def _assessment(edition: Edition, now: datetime) -> dict[str, Any]:
    profile = edition.profile
    return {
        "number": edition.number,
        "name": edition.name,
        "state": edition.state,
        "sha256": edition.sha256,
        "submitted_at": _at(edition.submitted_at),
        "submitted_by": _who(edition.submitted_by),
        "decided_at": _at(edition.decided_at),
        "decided_by": _who(edition.decided_by),
        "catalogue": {"id": edition.catalogue_id, "version": edition.catalogue_version},
        "country": {"id": edition.country_id, "version": edition.country_version},
        "firm": {"en": profile.firm_en, "km": profile.firm_km},
        "profile": profile.number,
        "made_at": _at(now),
    }


def _words(edition: Edition) -> dict[str, Any]:
    """The lines as the edition words them; where they come from, as far as today's catalogue still knows them."""
    held = catalogue()
    known = {line.id: line for line in held.lines}
    return {
        "catalogue": {"id": held.id, "version": held.version},
        "scale": [_both(word.text) for word in held.words.scale],
        "pillars": [{"id": word.id, **_both(word.text)} for word in held.words.pillars],
        "lines": [_word(id, answer, known.get(id)) for id, answer in answers_in(edition.body).items()],
    }


def _word(id: str, answer: Mapping[str, Any], line: Line | None) -> dict[str, Any]:
    text = answer.get("text") or (_both(line.text) if line else {"en": id, "km": id})
    pillar = answer.get("pillar") or (line.pillar if line else "")
    return {
        "id": id,
        "pillar": pillar,
        "source": line.source if line else "",
        "standing": line.standing if line else "",
        **text,
    }


def _approved() -> list[Paper]:
    """The version that holds of each paper."""
    rows = Paper.objects.filter(state=Paper.State.APPROVED).select_related("approved_by").order_by("kind", "-number")
    newest: dict[str, Paper] = {}
    for row in rows:
        newest.setdefault(row.kind, row)
    return list(newest.values())


def _paper(paper: Paper) -> dict[str, Any]:
    return {
        "kind": paper.kind,
        "number": paper.number,
        "title": {language: paper.body[language]["title"] for language in ("en", "km")},
        "sha256": paper.sha256,
        "approved_at": _at(paper.approved_at),
        "approved_by": _who(paper.approved_by),
        "review_on": paper.review_on.isoformat() if paper.review_on else None,
        "signed": [
            {"unit": row.unit.name, "people": row.people, "headcount": row.unit.headcount}
            for row in papers_queries.signed(paper)
        ],
    }


def _given(proof: GivenProof) -> dict[str, Any]:
    return {
        "id": str(proof.pk),
        "line": proof.line_id,
        "proof": proof.proof_id,
        "kind": proof.kind,
        "title": proof.title,
        "sha256": proof.sha256,
        "size": proof.size,
        "place": proof.place,
        "url": proof.url,
        "said": proof.said,
        "given_at": _at(proof.given_at),
        "given_by": _who(proof.given_by),
        "withdrawn_at": _at(proof.withdrawn_at),
    }


def _live(now: datetime) -> list[dict[str, Any]]:
    """Each live proof with its last 90 days and a year's changes; causes in English."""
    texts = {proof.id: proof.text for proof in (*shipped().proofs, *catalogue().proofs)}
    changes: dict[str, list[dict[str, Any]]] = {}
    with translation.override("en"):
        for row in ProofChange.objects.filter(at__gte=now - A_YEAR).order_by("at", "pk"):
            cause = proofs_queries.said(row.cause, row.figures)
            said = {"at": _at(row.at), "state": row.state, "cause": cause, "figures": row.figures}
            changes.setdefault(row.proof_id, []).append(said)
        return [
            {
                "id": shown.id,
                "text": _both(texts[shown.id]),
                "asks": shown.definition,
                "state": shown.state,
                "since": _at(shown.since),
                "checked_at": _at(shown.checked_at),
                "last_failed_at": _at(shown.last_failed_at),
                "cause": shown.cause,
                "figures": shown.figures,
                "days": [_day(day) for day in proofs_queries.history(shown.id) if day.state],
                "changes": changes.get(shown.id, []),
            }
            for shown in proofs_queries.states()
        ]


def _day(day: proofs_queries.Day) -> dict[str, Any]:
    counts = {"passed": day.passed, "failed": day.failed, "unknown": day.unknown}
    return {"day": day.day.isoformat(), "state": day.state, **counts}


def _trail(edition: Edition, papers: Iterable[Paper]) -> dict[str, Any]:
    """The newest root over the trail, and what it says of this edition and these papers."""
    last = head()
    about = [str(edition.pk), *(str(paper.pk) for paper in papers)]
    rows = Entry.objects.filter(subject_kind__in=["edition", "paper"], subject_id__in=about).order_by("at", "position")
    return {
        "head": {"size": last.size, "root": last.root, "at": _at(last.at)} if last else None,
        "entries": [{"position": row.position, "leaf_hash": row.leaf_hash, "hashed": plain_of(row)} for row in rows],
    }


def _who(person: User | None) -> dict[str, str] | None:
    return {"role": person.role, "id": person.actor_id} if person else None


def _both(text: Any) -> dict[str, str]:
    return {language: text.in_(language) for language in ("en", "km")}


def _at(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None
