# SPDX-License-Identifier: Apache-2.0
"""JSON Lines: one object a line, fields at any depth. What no rule names does not pass."""

from __future__ import annotations

import json
from typing import Any, BinaryIO, NoReturn, TextIO

from krama.inventory.pseudonyms import GONE, BadData, Pseudonymiser, shown_name
from krama.inventory.pseudonyms_text import Lines
from krama.inventory.rules import ITEMS, Node


def pseudonymise_jsonl(stream: BinaryIO, out: TextIO | None, maker: Pseudonymiser, *, encoding: str = "utf-8") -> None:
    """Objects of `stream` to `out`, one a line, keys in their order."""
    lines = Lines(stream, encoding)
    walk = _Walk(maker, lines)
    if out and lines.mark:
        out.write("\ufeff")
    for line in lines:
        if not line.strip():
            maker.report.blank_lines += 1
            continue
        made = walk.row(line)
        maker.report.rows += 1
        if out:
            out.write(made + "\n")
    lines.close()


class _Walk:
    """One row after another through the tree of rules."""

    def __init__(self, maker: Pseudonymiser, lines: Lines) -> None:
        self.maker, self.lines = maker, lines

    def row(self, line: str) -> str:
        try:
            value = json.loads(line, object_pairs_hook=_once, parse_constant=_no_number)
            if not isinstance(value, dict):
                raise self.lines.fault("this is not an object; each line is {...}")
            made = self._object(value, self.maker.rules.tree, "")
            text = json.dumps(made, ensure_ascii=False, allow_nan=False)
            text.encode()
        except json.JSONDecodeError as problem:
            raise self.lines.fault(f"this is not JSON ({problem.msg}, character {problem.pos + 1})") from None
        except RecursionError:
            raise self.lines.fault("this is nested too deep") from None
        except BadData:
            raise
        except ValueError as problem:  # its own words could hold a value
            why = "half a character" if isinstance(problem, UnicodeError) else "a number or key that JSON does not take"
            raise self.lines.fault(f"this holds {why}") from None
        return text

    def value(self, value: Any, node: Node | None, path: str) -> Any:
        """What stands at a place; `GONE` when nothing does."""
        if node is None:
            return self._unlisted(path)
        if node.rule:
            self.maker.met(node.rule)
            if isinstance(value, dict | list) and not node.rule.takes_all:
                below = f"{path}[]" if isinstance(value, list) else f"{path}.NAME"
                raise self.lines.fault(
                    f"{shown_name(path)} holds {'a list' if isinstance(value, list) else 'an object'}; "
                    f"a rule for {shown_name(path)} cannot {node.rule.action} it: write rules for what lies below "
                    f"({shown_name(below)})"
                )
            return self.maker.scalar(node.rule, value if not isinstance(value, dict | list) else None)
        if value is None:
            return None
        if isinstance(value, dict) and node.below.keys() - {ITEMS}:
            return self._object(value, node, f"{path}.")
        if isinstance(value, list) and ITEMS in node.below:
            made = [self.value(item, node.below[ITEMS], f"{path}[]") for item in value]
            return [item for item in made if item is not GONE]
        return self._unlisted(path)

    def _object(self, value: dict[str, Any], node: Node, before: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, item in value.items():
            below = node.below.get(name) if name != ITEMS else None
            result = self.value(item, below, before + name)
            if result is not GONE:
                made[name] = result
        return made

    def _unlisted(self, path: str) -> Any:
        self.maker.report.no_rule(path, self.lines.number)
        self.maker.report.cells["dropped"] += 1
        return GONE


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key twice")
    return made


def _no_number(_: str) -> NoReturn:
    raise ValueError("NaN")
