# SPDX-License-Identifier: Apache-2.0
"""Keeping on what a decision rests: called by what decides, in its transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from krama.errors import BadInput
from krama.server.cases.models import Decision, Item, Layer
from krama.server.cases.models.grounds import Grounds
from krama.server.cases.queries.case import place_of_grounds
from krama.server.compartments.actions import reseal
from krama.server.countries.queries import pack
from krama.server.web.storable import storable

LONGEST_RULE, LONGEST_FACTS = 300, 2_000


@dataclass(frozen=True)
class Said:
    """What whoever decides may add: which law of the country, which rule in words, and the facts relied on."""

    law: str = ""
    rule: str = ""
    facts: str = ""
    asked_by_child: bool = False


NOTHING = Said()


def check(said: Said, layer: str) -> None:
    """`BadInput` before anything is written. A law belongs to the layer of the law, and is one of the country's."""
    for field, words, most in (("rule", said.rule, LONGEST_RULE), ("facts", said.facts, LONGEST_FACTS)):
        if len(words) > most or not storable(words):
            raise BadInput(f"`{field}` has at most {most} characters.", field=field)
    if not said.law:
        return
    if layer != Layer.LAW:
        raise BadInput("A law is named on the ground of the law; a rule of your own goes into `rule`.", field="law")
    if all(law.id != said.law for law in pack().laws):
        raise BadInput("This country’s facts know no such law.", field="law")


def keep(decision: Decision, said: Said, items: Sequence[Item]) -> Grounds:
    """Beside the decision; the words sealed with it. A machine found what a scan found; a person decided."""
    notes = decision.case.compartment
    assert notes is not None  # the reason was sealed there
    sealed = {
        f"sealed_{what}": reseal(notes, words.strip().encode(), *place_of_grounds(decision.pk, what))
        for what, words in (("rule", said.rule), ("facts", said.facts))
        if words.strip()
    }
    return Grounds.objects.create(
        decision=decision,
        law=said.law,
        asked_by_child=said.asked_by_child,
        found_by_automation=any(item.detection_id for item in items),
        **sealed,
    )
