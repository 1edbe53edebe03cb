# SPDX-License-Identifier: Apache-2.0
"""How well `krama inventory scan` names fields, on a labelled set: `make bench-inventory`.

Two parts: one the rules were written with, one written after them and never used to change a rule. Each stands apart.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from krama.inventory import scan_sources

HERE = Path(__file__).parent
SET, RESULTS = HERE / "inventory_set", HERE / "results" / "inventory.json"
PARTS = ("tuned", "held_out")
TARGETS = {"precision": 0.9, "recall": 0.8}  # of the held-out part


@dataclass(frozen=True)
class Field:
    """One labelled field: what it is (`label`), and what the scan said (`found`); "none" for neither."""

    place: str
    label: str
    language: str
    found: str


@dataclass(frozen=True)
class Score:
    """Right is: the same category. A wrong category counts against both."""

    right: int
    said: int
    true: int

    @property
    def precision(self) -> float | None:
        """Of what was named, how much was right."""
        return round(self.right / self.said, 3) if self.said else None

    @property
    def recall(self) -> float | None:
        """Of what should be named, how much was."""
        return round(self.right / self.true, 3) if self.true else None


def fields_of(part: str) -> list[Field]:
    """Every labelled field of a part, with what the scan says of it."""
    folder = SET / part
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    outcome = scan_sources(str(folder / name) for name in sorted({row["file"] for row in rows}))
    if outcome.faults:
        raise SystemExit("\n".join(outcome.faults))
    found = {(Path(one.source).name, one.place, one.field): one.category.value for one in outcome.findings}
    keys = [(row["file"], row["place"], row["field"]) for row in rows]
    return [
        Field(".".join(key), row["label"], row["language"], found.get(key, "none"))
        for key, row in zip(keys, rows, strict=True)
    ]


def score(fields: Iterable[Field], of: Callable[[Field], bool] = lambda _: True, category: str = "") -> Score:
    """The score of some fields, for one category or for all."""
    counts: Counter[str] = Counter()
    for one in filter(of, fields):
        said = one.found != "none" and category in ("", one.found)
        true = one.label != "none" and category in ("", one.label)
        counts["said"] += said
        counts["true"] += true
        counts["right"] += said and true and one.found == one.label
    return Score(counts["right"], counts["said"], counts["true"])


def lines(part: str, fields: list[Field]) -> Iterator[tuple[str, Score, int]]:
    """What is printed of a part: all, each language, each category; with the number of decoys."""
    yield f"{part}: all", score(fields), sum(one.label == "none" for one in fields)
    for language in sorted({one.language for one in fields}):
        mine = [one for one in fields if one.language == language]
        yield f"{part}: {language}", score(mine), sum(one.label == "none" for one in mine)
    for category in sorted({one.label for one in fields} | {one.found for one in fields} - {"none"}):
        if category != "none":
            yield f"{part}: {category}", score(fields, category=category), 0


def results(parts: dict[str, list[Field]]) -> list[dict[str, object]]:
    """In the form of every bench; there is no peer that reads Khmer, so none is named."""
    rows: list[dict[str, object]] = []
    for part, fields in parts.items():
        for work, one, _ in lines(part, fields):
            for measure in ("precision", "recall"):
                ours = getattr(one, measure)
                target = TARGETS[measure] if work == "held_out: all" else None
                met = None if target is None or ours is None else ours >= target
                rows.append(
                    {"work": f"{work}, {measure}", "ours": ours, "peer": None, "unit": "of 1", "ratio": None}
                    | {"target": target, "met": met, "fields": one.true}
                )
    return rows


def main() -> int:
    """Print the table, write the results; `-v` also names each field that went wrong."""
    parts = {part: fields_of(part) for part in PARTS if (SET / part).exists()}
    for part, fields in parts.items():
        print(f"\n{part}: {len(fields)} fields\n{'':28}precision  recall  true  named  decoys")
        for work, one, decoys in lines(part, fields):
            shown = ["-" if value is None else f"{value:.3f}" for value in (one.precision, one.recall)]
            print(f"{work:28}{shown[0]:>9}{shown[1]:>8}{one.true:6}{one.said:7}{decoys or '':>8}")
        for field in fields if "-v" in sys.argv else []:
            if field.found != field.label:
                print(f"  {field.place}: is {field.label}, the scan says {field.found}")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results(parts), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
