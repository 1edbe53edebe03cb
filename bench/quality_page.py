# SPDX-License-Identifier: Apache-2.0
"""The results of `make bench-quality` as a page of the docs, and as a plot: a row a change, a cell a strength."""

from __future__ import annotations

from html import escape
from typing import Any

from bench.changes import CHANGES, Change

Rows = list[dict[str, Any]]
SOURCES = ("photographs", "generated")
CELL, LINE, LEFT, HEAD = 70, 30, 230, 44  # pixels
WIDE = max(len(change.strengths) for change in CHANGES)

HEADING = """# What the picture hash finds

Written by `make bench-quality`; the figures are in `bench/results/quality.json`. PDQ within 31 bits of 256, quality 50
or more. Photographs are chance views of fourteen, from the sample data of scikit-image and scikit-learn; generated
pictures are of five kinds. The two are reported apart, since neither stands for what people upload.

![Share of changed copies found](../images/quality.svg)
"""


def page(results: Rows) -> str:
    """Recall, false matches, and whether the fast hash said anything else than the exact one."""
    found = {one["work"]: one["ours"] for one in results}
    of = next(one["originals"] for one in results if "originals" in one)
    lines = [
        HEADING,
        f"## Changed copies found, of 100 (of {of} originals of each source)",
        "",
        "| change | strength | photographs | generated |",
    ]
    lines.append("|---|---|---|---|")
    for change in CHANGES:
        for strength in change.strengths:
            cells = " | ".join(_cell(found, source, change, strength) for source in SOURCES)
            lines.append(f"| {change.name} | {strength} | {cells} |")
    lines += ["", "In brackets: with the eight positions searched (`Scanner(..., dihedral=True)`), where it differs."]
    lines += ["", "## Pairs of different pictures taken for the same", "", "| pairs | within 31 bits |", "|---|---|"]
    lines += [f"| {one['work']} | {one['ours']:,} |" for one in results if one["unit"] == "pairs"]
    lines += ["", "## The fast hash", "", "| copies | verdicts |", "|---|---|"]
    lines += [f"| {one['work']} | {one['ours']} |" for one in results if one["unit"] == "verdicts"]
    return "\n".join(lines) + "\n"


def _cell(found: dict[str, float], source: str, change: Change, strength: str) -> str:
    work = f"{source}: {change.name} {strength}"
    turned = found.get(f"{work}, eight positions searched")
    return f"{found[work] * 100:.0f}" + (f" ({turned * 100:.0f})" if turned is not None else "")


def plot(results: Rows) -> str:
    """Two panels of cells, the darker the more is found; each cell says its strength and its share."""
    found = {one["work"]: one["ours"] for one in results}
    width, height = LEFT + 2 * (WIDE * CELL + 30), HEAD + len(CHANGES) * LINE + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">',
        "<style>text { font-size: 11px } .head { font-size: 14px; font-weight: bold }</style>",
        '<title>Share of changed copies found</title><rect width="100%" height="100%" fill="white"/>',
    ]
    for panel, source in enumerate(SOURCES):
        left = LEFT + panel * (WIDE * CELL + 30)
        parts.append(f'<text x="{left}" y="26" class="head">{source}, of 100 found</text>')
        for line, change in enumerate(CHANGES):
            for column, strength in enumerate(change.strengths):
                share = found[f"{source}: {change.name} {strength}"]
                parts.append(_box(left + column * CELL, HEAD + line * LINE, strength, share))
    for line, change in enumerate(CHANGES):
        parts.append(f'<text x="8" y="{HEAD + line * LINE + 18}" font-size="12">{escape(change.name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _box(x: int, y: int, strength: str, share: float) -> str:
    shade = f"hsl(185 60% {96 - share * 62:.0f}%)"
    ink = "white" if share > 0.55 else "#222"
    return (
        f'<rect x="{x}" y="{y}" width="{CELL - 2}" height="{LINE - 2}" fill="{shade}"/>'
        f'<text x="{x + 4}" y="{y + 12}" fill="{ink}">{escape(strength)}</text>'
        f'<text x="{x + CELL - 6}" y="{y + 24}" fill="{ink}" text-anchor="end" font-weight="bold">'
        f"{share * 100:.0f}</text>"
    )
