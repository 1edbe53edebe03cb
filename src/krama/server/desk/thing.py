# SPDX-License-Identifier: Apache-2.0
"""The one thing that a second look is about, in words: pseudonyms and times, never whom, never a content's id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from krama.server.cases import peer, words
from krama.server.cases.models import Decision, Look, Note, PeerMark, SensitivityChange
from krama.server.cases.queries.case import reason_of
from krama.server.compartments.models import Extension, Opening


def thing(look: Look) -> dict[str, Any]:
    """What was done or asked, and what the case is about; the same for staff and for somebody outside."""
    items = list(look.case.items.select_related("detection"))
    return {
        "kind": look.get_kind_display(),
        "deferred": look.state == Look.State.DEFERRED,
        "state": look.get_state_display(),
        "asked_at": look.asked_at,
        "facts": FACTS[Look.Kind(look.kind)](look),
        "severity": look.case.get_severity_display(),
        "why": words.why(items),
    }


def _opening(look: Look) -> list[str]:
    row = Opening.objects.select_related("pseudonym").get(pk=look.subject)
    return [str(row.get_purpose_display()), f"{row.pseudonym.get_kind_display()} {row.pseudonym.letter}"]


def _extension(look: Look) -> list[str]:
    row = Extension.objects.select_related("hold").get(pk=look.subject)
    return [str(row.hold.get_basis_display()), f"{row.until:%d.%m.%Y}"]


def _change(look: Look) -> list[str]:
    row = SensitivityChange.objects.get(pk=look.subject)
    return [f"{row.get_before_display()} → {row.get_after_display()}"]


def _note(look: Look) -> list[str]:
    """The note itself: there is nothing else to agree to."""
    return [peer.words_of_note(look.case, Note.objects.get(pk=look.subject))]


def _no_peer(look: Look) -> list[str]:
    mark = peer.mark_in(look.case, PeerMark.objects.get(pk=look.subject))
    return [mark.words] if mark else []


def _decision(look: Look) -> list[str]:
    """Outcome, ground, and the reason in the words of whoever decided: that is what is agreed to."""
    row = Decision.objects.select_related("case").get(pk=look.subject)
    facts = [str(row.get_outcome_display()), str(row.get_layer_display()), reason_of(row)]
    return [fact for fact in facts if fact]


FACTS: dict[Look.Kind, Callable[[Look], list[str]]] = {
    Look.Kind.EMERGENCY: _opening,
    Look.Kind.HOLD: _extension,
    Look.Kind.LOWERING: _change,
    Look.Kind.RECUSAL: lambda _look: [],
    Look.Kind.NOTE: _note,
    Look.Kind.PEER: _no_peer,
    Look.Kind.CONFIRM: _decision,
    Look.Kind.DISMISS: _decision,
}
