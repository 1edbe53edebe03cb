# SPDX-License-Identifier: Apache-2.0
"""What the case page says, gathered from the rooms it spans."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from krama.server.cases import queries, words
from krama.server.cases.models import Case, Decision, Item, Outcome
from krama.server.desk.faces import Faces
from krama.server.desk.names import actor_labels
from krama.server.lists.models import List
from krama.server.measures import queries as measures
from krama.server.measures.actions import OPEN
from krama.server.measures.models import Measure
from krama.server.trail.events import Event
from krama.server.trail.queries import entries_about

MEASURE_CHIP = {"ordered": "due", "delivered": "due", "done": "ok", "failed": "stop"}


def case_view(case: Case, person_id: str = "") -> dict[str, Any]:
    """The whole page's context but for its form."""
    items = list(queries.items_of(case))
    faces, radius = Faces(case, items, person_id), dict(List.objects.values_list("name", "radius"))
    return {
        "case": _head(case, items),
        "items": [_item(item, faces, radius) for item in items],
        "open_items": [str(item.pk) for item in items if item.decision_id is None],
        "timeline": _timeline(case),
        "measures": [_measure(measure) for measure in measures.of_case(case)],
        "decisions": [_decision(decision) for decision in case.decisions.order_by("at")],
    }


def _head(case: Case, items: list[Item]) -> dict[str, Any]:
    return {
        "ref": case.ref,
        "state": case.state,
        "state_label": case.get_state_display(),
        "severity_label": case.get_severity_display(),
        "chip": words.due_chip(case),
        "opened_at": case.opened_at,
        "due_at": case.due_at,
        "source_label": words.source_label(case),
        "why": words.why(items),
        "linked": [
            {"ref": other.ref, "url": f"/cases/{other.ref}", "state_label": other.get_state_display()}
            for other in queries.linked_to(case)
        ],
    }


def _item(item: Item, faces: Faces, radius: dict[str, int]) -> dict[str, Any]:
    found = item.detection
    content = found.content
    return {
        "id": str(item.pk),
        "at": found.at,
        "verdict": found.verdict,
        "verdict_label": found.get_verdict_display(),
        "reason_label": found.get_reason_display(),
        "media_type": content.get("media_type"),
        "width": content.get("width"),
        "height": content.get("height"),
        "hashes": [(kind, content[kind]) for kind in ("sha256", "sha1", "md5", "pdq") if content.get(kind)],
        "pdq_quality": content.get("pdq_quality"),
        "matches": [_match(match, radius) for match in found.matches],
        "face": faces.of(item),
        "decided": item.decision.get_outcome_display() if item.decision else None,
        "state_label": item.decision.get_outcome_display() if item.decision else _("Not decided yet"),
    }


def _match(match: dict[str, Any], radius: dict[str, int]) -> dict[str, Any]:
    return {
        **match,
        "radius": radius.get(match["list"]) if match["signal_type"] == "pdq" else None,
        "action_label": List.Action(match["action"]).label,
        "sentence": words.match_sentence(match),
    }


def _timeline(case: Case) -> list[dict[str, Any]]:
    subjects: list[tuple[str, object]] = [("case", case.ref)]
    subjects += [("detection", pk) for pk in case.items.values_list("detection_id", flat=True)]
    subjects += [("measure", measure.pk) for measure in measures.of_case(case)]
    entries = [entry for kind, subject in subjects for entry in entries_about(kind, subject)]
    labels = actor_labels(entries)
    return [
        {
            "at": entry.at,
            "text": Event(entry.event).label,
            "by_person": entry.actor_kind == "person",
            "is_name": entry.actor_kind in ("person", "key"),
            "actor_label": labels[entry.pk],
        }
        for entry in sorted(entries, key=lambda entry: entry.at)
    ]


def _measure(measure: Measure) -> dict[str, Any]:
    late = measure.state in OPEN and measure.due_at < timezone.now()
    chip = {"kind": "stop", "text": _("Not confirmed in time")} if late else None
    return {
        "label": measure.get_kind_display(),
        "state": measure.state,
        "state_label": measure.get_state_display(),
        "chip": chip or {"kind": MEASURE_CHIP[measure.state], "text": measure.get_state_display()},
        "due": measure.due_at,
        "at": measure.confirmed_at or measure.delivered_at or measure.ordered_at,
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "at": decision.at,
        "outcome_label": Outcome(decision.outcome).label,
        "layer_label": decision.get_layer_display() if decision.layer else None,
        "reason": queries.reason_of(decision),
        "decided_by": decision.decided_by,
    }
