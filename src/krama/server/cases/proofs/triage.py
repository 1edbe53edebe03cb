# SPDX-License-Identifier: Apache-2.0
"""What triage witnesses: with the rules in force a child in danger now comes first, whatever else is known."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.utils.translation import gettext_noop as _

from krama.guidelines.live import Definition, Look, Seen
from krama.server.cases.models import Item
from krama.server.cases.triage import body, rules
from krama.triage import kinds_not_first, read_rules


def danger_first(now: datetime) -> Seen:
    version = rules().version
    waits = _waits(body())
    figures = {"version": version, "kinds": waits}
    if waits:
        cause = _(
            "With version %(version)s of the rules a child in danger now might wait, in cases of %(kinds)s kinds."
        )
        return Seen("fail", cause, figures)
    if not Item.objects.filter(sealed_sorting__isnull=False).exists():
        return Seen("unknown", _("Nothing was sorted by rules yet."), figures)
    return Seen("pass", _("With version %(version)s of the rules a child in danger now always comes first."), figures)


@lru_cache(maxsize=4)
def _waits(text: str) -> int:
    """By the text, for it never changes under a look: thousands of combinations are tried once a version."""
    return len(kinds_not_first(read_rules(text)))


PROOFS: dict[str, Look] = {"live.danger-first": danger_first}
DEFINITIONS = {
    "live.danger-first": Definition(
        _(
            "Something was sorted by rules; and the rules in force put a child in danger now into the gravest priority "
            "and into the lane that wakes somebody, whatever else is known."
        ),
        _("Put rules in force in which the rule for danger stands above all others again."),
        {"version": _("Version of the rules"), "kinds": _("Kinds of cases in which danger might wait")},
        page="cases:queue",
    ),
}
