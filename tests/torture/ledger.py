# SPDX-License-Identifier: Apache-2.0
"""The comparison: what the children were told that we have, against what the house has, read by its own code."""

from __future__ import annotations

import json
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID


def told(log: Path) -> dict[str, dict[int, dict[str, Any]]]:
    """The children's lines by what they did and by number; the last line of one that was cut short is left out."""
    found: dict[str, dict[int, dict[str, Any]]] = {"sent": {}, "taken": {}, "added": {}, "code": {}}
    for line in log.read_text().splitlines():
        said = json.loads(line)
        if said["did"] in found:
            found[said["did"]][said["number"]] = said
    return found


def compare(log: Path) -> dict[str, Any]:
    """Counts, faults by name (all are to be nought), and how long the slowest waited for a case."""
    from krama.server.cases.models import Item
    from krama.server.intake import form
    from krama.server.intake.models import Report
    from krama.server.trail.models import Entry

    lines = told(log)
    ids = {number: form.opened(line["token"]).pk for number, line in lines["sent"].items()}
    stored = {row.pk: row for row in Report.objects.select_related("compartment").all()}
    items = Counter(Item.objects.exclude(report=None).values_list("report_id", flat=True))
    taken = Counter(Entry.objects.filter(event="report:taken").values_list("subject_id", flat=True))
    acknowledged = {ids[number]: lines["sent"][number]["topic"] for number in lines["taken"]}
    there = [pk for pk in acknowledged if pk in stored]
    waits = Item.objects.exclude(report=None).values_list("joined_at", "report__at")
    faults = {
        "lost": len(acknowledged) - len(there),
        "nobody's": len(set(stored) - set(ids.values())),
        "changed": sum(stored[pk].topic != acknowledged[pk] for pk in there),
        "in no case": sum(not items[pk] or stored[pk].collected_at is None for pk in stored),
        "twice in cases": sum(count > 1 for count in items.values()),
        "trail": sum(taken[str(pk)] != 1 for pk in stored),
        "unreadable": sum(_answers(row) is None for row in stored.values()),
        **_additions(lines, ids, stored),
        "receipts": _receipts(lines, ids),
    }
    return {
        "counts": {name: len(found) for name, found in lines.items()} | {"stored": len(stored)},
        "faults": faults,
        "longest": round(max(((joined - at).total_seconds() for joined, at in waits), default=0.0), 1),
    }


def _additions(lines: Any, ids: dict[int, UUID], stored: dict[UUID, Any]) -> dict[str, int]:
    from krama.server.intake.models import Part
    from krama.server.trail.models import Entry

    lost = twice = 0
    for number, line in lines["added"].items():
        report = stored.get(ids[number])
        count = (_answers(report) or []).count(("words", line["said"])) if report else 0
        lost += not count
        twice += count > 1
    parts = Counter(str(pk) for pk in Part.objects.values_list("report_id", flat=True))
    said = Counter(Entry.objects.filter(event="report:added").values_list("subject_id", flat=True))
    return {"additions lost": lost, "additions twice": twice, "trail of additions": sum((parts - said).values())}


def _answers(report: Any) -> list[tuple[str, str]] | None:
    """What was said; None where a seal does not open."""
    from krama.errors import BadSeal
    from krama.server.intake.queries import answers_of

    try:
        return answers_of(report)
    except BadSeal:
        return None


def _receipts(lines: Any, ids: dict[int, UUID]) -> int:
    """Codes that do not find their report; slow on purpose, so two at a time."""

    def finds(number: int) -> bool:
        from django.db import connection

        from krama.server.intake.queries import by_code

        try:
            found = by_code(lines["code"][number]["code"])[1]
        finally:
            connection.close()
        return found is not None and found.pk == ids[number]

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(finds, lines["code"])).count(False)


def main() -> None:
    from krama.cli.house import start_django

    start_django()
    print(json.dumps(compare(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
