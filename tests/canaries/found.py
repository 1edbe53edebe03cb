# SPDX-License-Identifier: Apache-2.0
"""What of a run's canaries is found in which place, and which of that is a leak."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tests.canaries.classes import class_of, read
from tests.canaries.cluster import Cluster
from tests.canaries.places import OWN_CLUSTER, PLACES, Ground, Place
from tests.canaries.search import Hit, Seeker
from tests.canaries.sent import Run
from tests.canaries.values import Canary

# While everything runs: what is in a WAL then is gone when the last process ends.
LIVE = ("database files", "rows", "sessions", "cache", "outbox")


@dataclass(frozen=True)
class Found:
    place: Place
    where: str
    hit: Hit
    canary: Canary | None

    def __str__(self) -> str:
        door = self.canary.door if self.canary else "a canary whose number cannot be read"
        return f"{self.place.name}: {self.where}: {door} ({self.hit.how}): {self.hit.text[:60]!r}"

    @property
    def kind(self) -> str:
        return class_of(self.canary.door) if self.canary else "seals"


Gathered = list[Found]


def gather(run: Run, cluster: Cluster | None, *, live: bool = False) -> Gathered:
    """One pass over every place that this home has."""
    ground = Ground(
        run.house,
        run.temporary,
        run.began,
        logs=dict(run.logs),
        answers=_refused(run),
        cluster=cluster,
    )
    seeker = Seeker(run.canaries.marks)
    places = [place for place in here(run.house.database, cluster) if not live or place.name in LIVE]
    return [one for place in places for one in look(place, ground, seeker, run)]


def here(database: str, cluster: Cluster | None) -> list[Place]:
    """The places of a home on this database."""
    kind = "postgresql" if database else "sqlite"
    fits = [place for place in PLACES if place.on in ("", kind)]
    return [place for place in fits if cluster is not None or place.name not in OWN_CLUSTER]


def look(place: Place, ground: Ground, seeker: Seeker, run: Run) -> list[Found]:
    found = []
    for where, data in place.gather(ground):
        found += [Found(place, where, hit, run.canaries.known(hit.text)) for hit in seeker.find(data, place.depth)]
    return found


def leaks(found: Gathered) -> list[str]:
    """Everything that must not stand where it was found."""
    return sorted({str(one) for one in found if not _may_stand(one)})


def _may_stand(one: Found) -> bool:
    if one.kind != "keeps" or not one.place.keeps:
        return False
    # A row's own column must say that it keeps what people write.
    return one.place.name != "rows" or class_of(column_of(one.where), read()) == "keeps"


def column_of(where: str) -> str:
    """`cases_decision.decided_by` as the table of classes writes it."""
    from django.apps import apps

    table, _, name = where.partition(".")
    model = next((one for one in apps.get_models(include_auto_created=True) if one._meta.db_table == table), None)
    return f"column {model._meta.label} {name}" if model else f"column ? {where}"


def _refused(run: Run) -> dict[str, bytes]:
    """Answers of the API that are problems; and of commands, what is not their own argument."""
    answers = {}
    for machine in run.machines:
        for number, (asked, answer) in enumerate(machine.answers):
            if "problem+json" in answer.kind:
                answers[f"{number} {asked[:60]}"] = json.dumps(json.loads(answer.body), ensure_ascii=False).encode()
    return answers
