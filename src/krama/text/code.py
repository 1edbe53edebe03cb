# SPDX-License-Identifier: Apache-2.0
"""Texts that stand in Python files, with their place. The files are read, never run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from krama.text.wording import Wording

CALLS = ("Text", "whole")  # both take the English first and the Khmer second


def texts_of_code(folder: Path) -> Iterator[Wording]:
    """Every text written out in a file of the folder. One that a running program puts together is not found."""
    for path in sorted(folder.rglob("*.py")):
        source = path.read_text("utf-8")
        if "migrations" not in path.parts and any(f"{call}(" in source for call in CALLS):
            place = f"code: {path.relative_to(folder).as_posix()}"
            for number, (en, km) in enumerate(_of_tree(ast.parse(source)), start=1):
                yield Wording(f"{place} {number}", en, km)


def _of_tree(tree: ast.Module) -> Iterator[tuple[str, str]]:
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            said = [_said(arg, constants) for arg in node.args[:2]]
            if len(said) == 2 and said[0] is not None and said[1] is not None:
                yield said[0], said[1]


def _said(node: ast.expr, constants: Mapping[str, object]) -> str | None:
    """A plain text, or one that a constant of the same file fills."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    parts = []
    for part in node.values:
        value = part.value if isinstance(part, ast.FormattedValue) else part
        if isinstance(value, ast.Constant):
            parts.append(str(value.value))
        elif isinstance(value, ast.Name) and value.id in constants:
            parts.append(str(constants[value.id]))
        else:
            return None
    return "".join(parts)
