# SPDX-License-Identifier: Apache-2.0
"""An uploaded inventory becomes proposals; these become lines on a person's word, or are dismissed with a reason."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound, TooLarge
from krama.inventory import Finding, findings_from_json
from krama.server.accounts.models import Unit, User
from krama.server.confidentiality.actions.register import write
from krama.server.confidentiality.facts import Facts, facts_of
from krama.server.confidentiality.models import Line, Proposal, Scan
from krama.server.trail.actions import record
from krama.server.trail.events import Event
from krama.server.web.storable import storable

MOST_BYTES = 8 * 1024 * 1024
MOST_FINDINGS = 20_000
LENGTHS = {"source": 300, "place": 200, "field": 200, "type": 120, "reason": 500, "language": 12}
WORDS = 300
# A database's address may hold a password; what comes here shows none, whatever wrote it.
SECRET = re.compile(r"(://[^/@\s:]*):[^/@\s]*@")


@transaction.atomic
def upload(actor: User, *, content: bytes) -> Scan:
    """Take it in: what is new waits for a person; what a source does not name any more is said to be gone."""
    found = read(content)
    now, scan = timezone.now(), Scan(sha256=hashlib.sha256(content).hexdigest(), by=actor)
    scan.at, scan.found, scan.new, scan.gone = now, len(found), 0, 0
    scan.save(force_insert=True)
    sources = {one.source for one in found.values()}
    held = {row.key: row for row in Proposal.objects.select_for_update().filter(source__in=sources)}
    fresh = [_proposal(key, one, scan) for key, one in found.items() if key not in held]
    try:
        with transaction.atomic():
            Proposal.objects.bulk_create(fresh, batch_size=500)
    except IntegrityError as error:
        raise Conflict("Somebody uploaded the same at this moment; upload it again.") from error
    again = Proposal.objects.filter(source__in=sources)
    again.filter(pk__in=[row.pk for key, row in held.items() if key in found]).update(last_scan=scan, gone_at=None)
    left = [row.pk for key, row in held.items() if key not in found and row.gone_at is None]
    scan.new, scan.gone = len(fresh), again.filter(pk__in=left).update(gone_at=now)
    scan.save(update_fields=["new", "gone"])
    details = {"found": scan.found, "new": scan.new, "gone": scan.gone, "sha256": scan.sha256}
    record(actor, Event.INVENTORY_UPLOADED, subject_kind="inventory", subject_id=scan.pk, details=details)
    return scan


@transaction.atomic
def accept(actor: User, *, proposals: Sequence[UUID], unit: Unit) -> list[Line]:
    """Lines of this unit, one a place and kind of data; a line that is there already takes the fields in."""
    rows = _waiting(proposals)
    groups: dict[tuple[str, str, str], list[Proposal]] = defaultdict(list)
    for row in rows:
        groups[row.source, row.place, row.category].append(row)
    lines = []
    for (source, place, category), members in groups.items():
        line = _line_for(actor, source, place, category, members, unit)
        _decide(actor, members, Proposal.State.ACCEPTED, line=line)
        lines.append(line)
    _told(actor, rows, "accepted")
    return lines


@transaction.atomic
def dismiss(actor: User, *, proposals: Sequence[UUID], why: str) -> int:
    """Not data on a child, or not worth a line: the reason stays, and the same scan does not ask again."""
    words = " ".join(why.split())
    if not words or len(words) > WORDS or not storable(words):
        raise BadInput(f"Say why in one to {WORDS} letters.", field="why")
    rows = _waiting(proposals)
    _decide(actor, rows, Proposal.State.DISMISSED, why=words)
    _told(actor, rows, "dismissed")
    return len(rows)


@transaction.atomic
def reconsider(actor: User, *, proposal: UUID) -> Proposal:
    """A dismissed proposal waits again."""
    row = Proposal.objects.select_for_update().filter(pk=proposal).first()
    if row is None:
        raise NotFound("There is no such proposal.")
    if row.state != Proposal.State.DISMISSED:
        raise Conflict("Only what was dismissed can wait again.")
    _decide(actor, [row], Proposal.State.WAITING)
    _told(actor, [row], "waiting")
    return row


def read(content: bytes) -> dict[str, Finding]:
    """The findings by their key; `BadInput` says what is wrong and where."""
    if len(content) > MOST_BYTES:
        raise TooLarge(f"An inventory has at most {MOST_BYTES:,} bytes; scan one system at a time.")
    try:
        found = findings_from_json(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput("This is not text in UTF-8. Give the file that `krama inventory scan --json` wrote.") from None
    except (RecursionError, OverflowError):
        raise BadInput("This JSON is nested too deep, or holds a number that is none.") from None
    if len(found) > MOST_FINDINGS:
        raise TooLarge(f"At most {MOST_FINDINGS:,} findings are taken at once; scan one system at a time.")
    cleaned = [_clean(number, one) for number, one in enumerate(found, 1)]
    return {key_of(one): one for one in reversed(cleaned)}  # the first of two that are the same


def key_of(one: Finding) -> str:
    """The same field of the same place, named the same kind of data."""
    parts = (one.source, one.place, one.field, one.category.value)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _clean(number: int, one: Finding) -> Finding:
    texts: dict[str, Any] = {name: " ".join(getattr(one, name).split()) for name in LENGTHS}
    for name, most in LENGTHS.items():
        if len(texts[name]) > most:
            raise BadInput(f"Finding {number}: `{name}` is longer than {most} letters.")
        if not storable(texts[name]):
            raise BadInput(f"Finding {number}: `{name}` holds a letter that no database keeps.")
    if not texts["source"] or not texts["field"]:
        raise BadInput(f"Finding {number}: `source` and `field` are needed.")
    texts["source"] = SECRET.sub(r"\1:***@", texts["source"])
    return Finding(**texts, category=one.category, confidence=one.confidence)


def _proposal(key: str, one: Finding, scan: Scan) -> Proposal:
    facts = {name: getattr(one, name) for name in LENGTHS} | {"category": one.category.value}
    return Proposal(key=key, confidence=one.confidence, first_scan=scan, last_scan=scan, **facts)


def _waiting(proposals: Iterable[UUID]) -> list[Proposal]:
    wanted = set(proposals)
    rows = list(Proposal.objects.select_for_update().filter(pk__in=wanted).order_by("source", "place", "field"))
    if not rows:
        raise BadInput("Choose at least one field.", field="chosen")
    if len(rows) != len(wanted) or any(row.state != Proposal.State.WAITING for row in rows):
        raise Conflict("Somebody has decided on one of these already; look again.")
    return rows


def _line_for(actor: User, source: str, place: str, category: str, rows: list[Proposal], unit: Unit) -> Line:
    names = [row.field for row in rows]
    before = Proposal.objects.filter(source=source, place=place, category=category, line__ended_at=None)
    taken = before.exclude(line=None).select_related("line").first()
    if taken is not None and taken.line is not None:
        held = facts_of(taken.line)
        both = (*held.field_names, *(name for name in names if name not in held.field_names))
        return write(actor, facts=replace(held, field_names=both), line=taken.line.pk, seen=taken.line.version)
    title = f"{place or source}: {', '.join(names)}"
    day = timezone.localdate() + timedelta(days=365)
    facts = Facts(name=title[:120], categories=(category,), system=source, unit=str(unit.pk), review_on=day)
    return write(actor, facts=replace(facts, place=place, field_names=tuple(names)))


def _decide(
    actor: User, rows: Sequence[Proposal], state: Proposal.State, *, line: Line | None = None, why: str = ""
) -> None:
    decided = {"decided_at": timezone.now(), "decided_by": actor} if state != Proposal.State.WAITING else {}
    none = {"decided_at": None, "decided_by": None} if not decided else {}
    Proposal.objects.filter(pk__in=[row.pk for row in rows]).update(state=state, line=line, why=why, **decided, **none)


def _told(actor: User, rows: Sequence[Proposal], what: str) -> None:
    details = {"count": len(rows), "decision": what}
    record(actor, Event.INVENTORY_DECIDED, subject_kind="inventory", subject_id=rows[0].last_scan_id, details=details)
