# SPDX-License-Identifier: Apache-2.0
"""House rules as code, over the files git knows: sizes, the licence line, names, and traces of one machine.

Each rule is a function over a path and its text, so that the test can plant a fault. Run by `make lint`.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 500, 60, 200
LICENCE = "# SPDX-License-Identifier: Apache-2.0"
NO_NAMES = frozenset({"utils", "helpers", "common", "services", "manager", "base", "misc"})
GENERATED = ("/migrations/",)
NAMED_BY_OTHERS = ("/templates/allauth/",)
TEXT = frozenset(
    {"", ".cfg", ".css", ".csv", ".html", ".js", ".json", ".lock", ".md", ".po", ".py", ".sh", ".sql", ".svg", ".toml"}
    | {".txt", ".xml", ".yaml", ".yml"}
)
# A path of one machine, or the address of a package registry: neither is there for whoever clones this.
MACHINE = re.compile(r"(?<![\w./\-<])/(?:root|work|tmp|home/[a-z]+|Users/\w+|opt)/[\w.]")
NEIGHBOUR = re.compile(r"\.\./shared\b")
REGISTRY = re.compile(r"(?:https?|file)://[^\s\"'<>]*(?:pypi|pythonhosted|npmjs|/simple\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Fault:
    """What breaks a rule, and where."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


Rule = Callable[[PurePosixPath, str], Iterator[Fault]]


def sizes(path: PurePosixPath, text: str) -> Iterator[Fault]:
    """Files, functions and templates stay small enough to be read."""
    lines = text.count("\n") + 1
    if path.suffix == ".html" and lines > TEMPLATE_LINES + 1:
        yield Fault(str(path), lines, f"a template of {lines} lines; at most {TEMPLATE_LINES}")
    if path.suffix != ".py" or _generated(path):
        return
    if lines > FILE_LINES + 1:
        yield Fault(str(path), lines, f"a file of {lines} lines; at most {FILE_LINES}")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield Fault(str(path), node.lineno, f"{node.name} has {length} lines; at most {FUNCTION_LINES}")


def licence(path: PurePosixPath, text: str) -> Iterator[Fault]:
    """Each Python file says its licence in its first line; an empty one needs none."""
    if path.suffix == ".py" and text.strip() and not _generated(path) and not text.startswith(LICENCE):
        yield Fault(str(path), 1, f"the first line is not `{LICENCE}`")


def names(path: PurePosixPath, text: str) -> Iterator[Fault]:
    """A module is named after its thing, never after a drawer."""
    if any(part in f"/{path}" for part in NAMED_BY_OTHERS):
        return
    if path.suffix in (".py", ".html") and not NO_NAMES.isdisjoint({path.stem, *path.parts[:-1]}):
        yield Fault(str(path), 1, "a name that says nothing: " + ", ".join(sorted(NO_NAMES)))


def traces(path: PurePosixPath, text: str) -> Iterator[Fault]:
    """Nothing in the repository depends on the machine it was written on."""
    for number, line in enumerate(text.splitlines(), start=1):
        for pattern, what in (
            (MACHINE, "a path of one machine"),
            (NEIGHBOUR, "a path outside the repository"),
            (REGISTRY, "the address of a package registry"),
        ):
            if found := pattern.search(line):
                yield Fault(str(path), number, f"{what}: {found[0]}")


RULES: tuple[Rule, ...] = (sizes, licence, names, traces)


def faults(files: Iterable[tuple[PurePosixPath, str]], rules: Iterable[Rule] = RULES) -> Iterator[Fault]:
    """Every fault of every file."""
    kept = tuple(rules)
    for path, text in files:
        for rule in kept:
            yield from rule(path, text)


def repository() -> Iterator[tuple[PurePosixPath, str]]:
    """The text files that git knows or would take."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in sorted(set(listed.split("\0")) - {""}):
        path = PurePosixPath(name)
        if path.suffix in TEXT and (ROOT / path).is_file():
            yield path, (ROOT / path).read_text(encoding="utf-8")


def main() -> int:
    """Print the faults; 1 when there is one."""
    found = list(faults(repository()))
    for fault in found:
        print(fault)
    return int(bool(found))


def _generated(path: PurePosixPath) -> bool:
    return any(part in f"/{path}" for part in GENERATED)


if __name__ == "__main__":
    sys.exit(main())
