# SPDX-License-Identifier: Apache-2.0
"""A firm with a profile, and people who answer: what several tests begin with."""

from __future__ import annotations

from typing import Any

from django.test import Client

from krama.guidelines import shipped
from krama.server.assessments.actions.answers import say
from krama.server.assessments.actions.profile import save_profile
from krama.server.assessments.models import Answer
from tests.server.builders import person

LINE = "a1.responsible-person"


def firm_of(sector: str = "sm") -> Any:
    """The officer of a firm that said what it is."""
    officer = person("officer")
    features = next(word.features for word in shipped().words.sectors if word.id == sector)
    save_profile(
        officer,
        firm_en="Demo firm",
        firm_km="ក្រុមហ៊ុនសាកល្បង",
        sectors=[sector],
        features=features,
        users=["children"],
        size="small",
        languages=["km"],
    )
    return officer


def said(
    who: Any, words: str = "", level: int | None = 2, line: str = LINE, seen: int | None = None, **more: Any
) -> Answer:
    """An answer over what stands there now, unless `seen` says otherwise."""
    if seen is None:
        seen = Answer.objects.filter(line_id=line).values_list("revision", flat=True).first() or 0
    return say(who, line_id=line, level=level, words=words, seen=seen, **more)


def signed_in(who: Any, language: str = "en") -> Client:
    """A browser of this person's."""
    client = Client(SERVER_NAME="localhost", headers={"accept-language": language})
    client.force_login(who)
    return client
