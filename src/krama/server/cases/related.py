# SPDX-License-Identifier: Apache-2.0
"""Cases that are like each other, open or closed, are shown to each other: nothing is put together by itself.

Near content: both match the same listed signal. Address and wording: of what was told. All as keyed hashes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from krama.server.cases.models import Case, Item, Likeness, Link
from krama.server.detections.models import Detection
from krama.server.detections.scanner import identifiers
from krama.server.trail.actions import record_many
from krama.server.trail.actor import COLLECTOR
from krama.server.trail.events import Event
from krama.text import addresses, marks

TOLD = ("words", "where", "more")  # the answers that are looked through
MOST_OF_A_KIND = 12  # marks of one item, so that a long list of addresses is no flood
MOST_OF_A_MARK = 20  # cases: a listed picture may have been seen a thousand times
Key = tuple[str, str]


@dataclass(frozen=True)
class Told:
    """An item that joined a case, and what is known of it."""

    item: Item
    source: object  # a detection or a report
    said: Mapping[str, str]


def relate(found: Iterable[Told]) -> int:
    """Remember by what these items are known, and link their cases with those that share it; how many links."""
    rows = [Likeness(item=one.item, kind=kind, hash=hashed) for one in found for kind, hashed in _marks(one)]
    if not rows:
        return 0
    before = _known_before(rows)
    Likeness.objects.bulk_create(rows, ignore_conflicts=True)
    return _link([(_key(row), row.item.case) for row in rows], before)


def _marks(told: Told) -> list[tuple[str, str]]:
    hashes, source = identifiers(), told.source
    if isinstance(source, Detection):
        near = [str(match["value"]) for match in source.matches if match.get("signal_type") == "pdq"]
        return [("near", hashes.of("near", value)) for value in dict.fromkeys(near[:MOST_OF_A_KIND])]
    words = "\n".join(told.said[name] for name in TOLD if name in told.said)
    found = [("address", one) for one in addresses(words)[:MOST_OF_A_KIND]]
    return [(kind, hashes.of(kind, one)) for kind, one in [*found, *(("wording", one) for one in marks(words))]]


def in_order(one: Case, other: Case) -> tuple[Case, Case]:
    """As a link holds them, so that the same two are linked once."""
    return (one, other) if one.ref < other.ref else (other, one)


def _known_before(rows: list[Likeness]) -> dict[Key, list[Case]]:
    """For each mark the newest cases that have it; older ones are forgotten, so that none grows for ever."""
    same = Likeness.objects.filter(hash__in={row.hash for row in rows}).order_by("-pk")
    facts = same.values_list("pk", "kind", "hash", "item__case_id", "item__case__ref")
    found, old = defaultdict[Key, list[Case]](list), list[int]()
    for pk, kind, hashed, case, ref in facts:
        if len(found[kind, hashed]) < MOST_OF_A_MARK:
            found[kind, hashed].append(Case(pk=case, ref=ref))
        else:
            old.append(pk)
    Likeness.objects.filter(pk__in=old).delete()
    return found


def _link(new: list[tuple[Key, Case]], before: dict[Key, list[Case]]) -> int:
    pairs: dict[tuple[UUID, UUID], Link] = {}
    for key, case in new:
        for other in before[key]:
            if other.pk != case.pk:
                one, two = in_order(case, other)
                pairs.setdefault((one.pk, two.pk), Link(one=one, other=two, how=key[0], at=timezone.now()))
        before[key].append(case)  # the next of the same batch may share it
    known = set(Link.objects.filter(one__in={one for one, _ in pairs}).values_list("one", "other"))
    links = [link for pair, link in pairs.items() if pair not in known]
    Link.objects.bulk_create(links, ignore_conflicts=True)
    record_many(COLLECTOR, [_entry(link) for link in links])
    return len(links)


def _entry(link: Link) -> tuple[Event, str, object, dict[str, object]]:
    return Event.CASES_LINKED, "case", link.one.ref, {"with": link.other.ref, "by": link.how}


def _key(row: Likeness) -> Key:
    return row.kind, row.hash
