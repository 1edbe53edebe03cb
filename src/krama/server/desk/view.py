# SPDX-License-Identifier: Apache-2.0
"""What the case page says, gathered from the rooms it spans."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.server.accounts.may import Operation, may
from krama.server.accounts.models import User
from krama.server.cases import reach, triage, words
from krama.server.cases.history import Past, Subject, lines
from krama.server.cases.models import Case, Decision, Grounds, Item, Link, Outcome, Regroup
from krama.server.cases.queries import case as queries
from krama.server.countries.queries import pack
from krama.server.desk.faces import Faces
from krama.server.desk.names import actor_labels
from krama.server.desk.ordered import besides, follows, shown
from krama.server.desk.read import Read
from krama.server.desk.told import told
from krama.server.detections.models import Detection
from krama.server.detections.queries import is_exact
from krama.server.intake.models import Topic
from krama.server.lists.models import List
from krama.server.measures import queries as measures
from krama.server.measures.models import Measure
from krama.server.trail.events import Event
from krama.server.trail.models import Entry
from krama.server.wellbeing.queries import is_grave

BACK = timedelta(minutes=15)
GRAVE_TOPICS = (Topic.THREAT, Topic.APPROACH, Topic.SAW, Topic.DANGER)


def case_view(case: Case, reader: User, alike: list[list[Item]], read: Read) -> dict[str, Any]:
    """The whole page's context but for its form. `alike`: its items, with those in one that show the same."""
    items, faces, lists = read.items, read.faces, {row.name: row for row in List.objects.all()}
    ordered, past = list(measures.of_case(case)), Past(case, items=items, was_moved=Regroup in read.there)
    groups: list[dict[str, Any]] = []
    number = 0
    for cluster in alike:
        rows = [_item(item, faces, lists) | {"number": number + place} for place, item in enumerate(cluster, 1)]
        number += len(cluster)
        groups.append({"first": rows[0], "more": rows[1:], "count": len(cluster)})
    return {
        "case": _head(case, reader, past, read),
        "groups": groups,
        "items": [item for group in groups for item in (group["first"], *group["more"])],  # as they are numbered
        "open_items": [str(item.pk) for item in items if item.decision_id is None],
        "timeline": _timeline(past, ordered, read),
        "decisions": [_decision(one) for one in _decisions(past, read)],
        "measures": shown(ordered, may_decide=may(reader, Operation.DECIDE_CASES)),
        **_to_do(case, items),
    }


def _to_do(case: Case, items: list[Item]) -> dict[str, Any]:
    """What follows from a decision, and what may be chosen with it; a report may name nothing in the firm's system."""
    waiting, is_open = [item for item in items if item.decision_id is None], case.state == Case.State.OPEN
    doers = measures.doers() if is_open or waiting else {}
    found, follow = besides(items, doers) if is_open else [], follows(waiting, doers)
    return {
        **follow,
        "besides": found,
        "nothing_to_do": not follow["removes"] and all(one["cannot"] for one in found),
    }


def _decisions(past: Past, read: Read) -> Iterable[Decision]:
    """Its own and those of what was put together with it, the oldest first."""
    if not {Decision, Regroup} & read.there:
        return ()
    return Decision.objects.filter(case__in=past.family).select_related("case").order_by("at")


def _head(case: Case, reader: User, past: Past, read: Read) -> dict[str, Any]:
    return {
        "ref": case.ref,
        "state": case.state,
        "state_label": case.get_state_display(),
        "sensitivity": case.sensitivity,
        "sensitivity_label": case.get_sensitivity_display(),
        "severity_label": case.get_severity_display(),
        "chip": words.due_chip(case),
        "is_emergency": case.is_emergency,
        "is_grave": is_grave(case),
        "opened_at": case.opened_at,
        "due_at": case.due_at,
        "source_label": words.source_label(case),
        "why": words.why(read.items),
        "merged_into": _known(reader, past.merged_into),
        "linked": [
            {"ref": other.ref, "url": f"/cases/{other.ref}", "state_label": other.get_state_display(), "how": how}
            for other, how in (queries.linked_to(reader, case) if Link in read.there else ())
        ],
    }


def _known(reader: User, other: Case | None) -> str:
    """Its reference, for whoever may know of it."""
    return other.ref if other is not None and reach.sees(reader, other) else ""


def _item(item: Item, faces: Faces, lists: dict[str, List]) -> dict[str, Any]:
    decided = item.decision.get_outcome_display() if item.decision else None
    facts = {
        "id": str(item.pk),
        "face": faces.of(item),
        "decided": decided,
        "state_label": decided or _("Not decided yet"),
    }
    if item.report is not None:
        report = told(item.report, faces.teller(item))
        grave = item.report.topic in GRAVE_TOPICS
        urgent = _urgent(item, is_open=bool(report["is_open"]))
        return facts | {"report": report, "is_grave": grave, "urgent": urgent}
    assert item.detection is not None
    return facts | _scanned(item.detection, lists) | {"urgent": _urgent(item, is_open=True)}


def _urgent(item: Item, *, is_open: bool) -> dict[str, Any]:
    """Which rules made it as urgent as it is, in words; what tells of the child only with the report."""
    found = triage.reasons(item, is_open=is_open)
    if found is None:
        return {}
    texts = [text.in_(get_language() or "en") for text in found.texts]
    return {"version": found.version, "why": texts, "closed": found.closed}


def _scanned(found: Detection, lists: dict[str, List]) -> dict[str, Any]:
    content = found.content
    return {
        "at": found.at,
        "verdict": found.verdict,
        "verdict_label": found.get_verdict_display(),
        "reason_label": found.get_reason_display(),
        "media_type": content.get("media_type"),
        "width": content.get("width"),
        "height": content.get("height"),
        "hashes": [(kind, content[kind]) for kind in ("sha256", "sha1", "md5", "pdq") if content.get(kind)],
        "pdq_quality": content.get("pdq_quality"),
        "matches": [_match(match, lists) for match in found.matches],
    }


def _match(match: dict[str, Any], lists: dict[str, List]) -> dict[str, Any]:
    """What a person decides from, in place of the picture: which list, whose, of what, on what basis."""
    known = lists.get(match["list"])
    return {
        **match,
        "radius": known.radius if known and match["signal_type"] == "pdq" else None,
        "is_exact": is_exact(match),
        "owner": known.owner if known else "",
        "legal_basis": known.legal_basis if known else "",
        "category": known.get_category_display() if known else "",
        "action_label": List.Action(match["action"]).label,
        "sentence": words.match_sentence(match),
    }


def _timeline(past: Past, ordered: list[Measure], read: Read) -> list[dict[str, Any]]:
    here: list[Subject] = [("measure", one.pk, None) for one in ordered]
    entries = without_coming_back(lines(past, *(measures_told(past) if Regroup in read.there else here)))
    labels = actor_labels(entries, read.staff.everybody)
    return [
        {
            "at": entry.at,
            "text": _text(entry),
            "by_person": entry.actor_kind == "person",
            "is_name": entry.actor_kind in ("person", "key"),
            "actor_label": labels[entry.pk],
        }
        for entry in entries
    ]


def measures_told(past: Past) -> list[Subject]:
    """Those of every item that is here or was; of what went elsewhere, until it went."""
    ends = {item.pk: end for item, end in past.items}
    rows = Measure.objects.filter(item__in=ends).values_list("pk", "item")
    return [("measure", pk, ends[item]) for pk, item in rows]


def without_coming_back(entries: list[Entry]) -> list[Entry]:
    """After each act its page is shown again, which is a reading; the trail keeps it, here it were every other line.

    Whoever reads for the first time, after somebody else, or later than `BACK` is told of.
    """
    told: list[Entry] = []
    readers: set[str] = set()
    last: Entry | None = None
    for entry in entries:
        is_view = entry.event == Event.CASE_VIEWED
        back = last is not None and last.actor_id == entry.actor_id and entry.at - last.at <= BACK
        if not (is_view and back and entry.actor_id in readers):
            told.append(entry)
        if is_view:
            readers.add(entry.actor_id)
        last = entry
    return told


def _text(entry: Entry) -> str:
    if entry.event == Event.CASE_ROUTED and entry.details.get("rule"):
        return _("The rule “%(rule)s” sent the case to a unit") % {"rule": entry.details["rule"]}
    return str(Event(entry.event).label)


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "at": decision.at,
        "outcome_label": Outcome(decision.outcome).label,
        "layer_label": decision.get_layer_display() if decision.layer else None,
        "reason": queries.reason_of(decision),
        "decided_by": decision.decided_by,
        "look": look.get_state_display() if (look := queries.look_of(decision)) else "",
        **_grounds(decision),
    }


def _grounds(decision: Decision) -> dict[str, Any]:
    """On what it rests; nothing of a decision from before grounds were kept."""
    row = Grounds.objects.filter(decision=decision).first()
    if row is None:
        return {}
    rule, facts = queries.grounds_of(decision)
    law = next((one.text.in_(get_language() or "en") for one in pack().laws if one.id == row.law), row.law)
    return {
        "law": law,
        "rule": "" if row.asked_by_child else rule,
        "facts": facts,
        "asked_by_child": row.asked_by_child,
        "by_machine": row.found_by_automation,
        "has_grounds": True,
    }
