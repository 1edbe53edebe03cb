# SPDX-License-Identifier: Apache-2.0
"""The arrows that Django draws and an import checker does not see: keys, migrations, addresses, templates.

The floors come from the import checker's own table in pyproject.toml, so there is one truth.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.db.migrations import Migration
from django.db.models import Model
from django.urls import URLResolver

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "src" / "krama" / "server"
# Folders whose name another package fixed, and the room that fills them.
FOREIGN_TEMPLATES = {"account": "accounts", "allauth": "accounts", "": "web"}
TAG = re.compile(r"\{%\s*(url|include|extends)\s+(\S+)")
ADDRESS = re.compile(r"([a-z_]+):[a-z_]+")
TEMPLATE = re.compile(r"([a-z_]+)/[\w/]+\.html")


@dataclass(frozen=True)
class Arrow:
    """One room leans on another: `where` says by what."""

    source: str
    target: str
    where: str

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}: {self.where}"


def floors() -> dict[str, int]:
    """Each server room and its height; 0 is the lowest floor."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in table if contract["id"] == "server")
    return {
        room.strip(" ()"): height for height, layer in enumerate(reversed(layers)) for room in re.split(r"[|:]", layer)
    }


def upward(arrows: Iterable[Arrow], heights: Mapping[str, int]) -> list[Arrow]:
    """The arrows that do not point down; what is no room of ours lies below all."""
    return [
        arrow
        for arrow in arrows
        if arrow.source != arrow.target and heights.get(arrow.target, -1) >= heights.get(arrow.source, len(heights))
    ]


def of_models(models: Iterable[type[Model]]) -> Iterator[Arrow]:
    """Foreign keys, one-to-one and many-to-many fields, by class or by string."""
    for model in models:
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            if field.remote_field:
                target = field.remote_field.model
                label = target.split(".")[0] if isinstance(target, str) else target._meta.app_label
                yield Arrow(model._meta.app_label, label, f"{model.__name__}.{field.name}")


def of_migrations(migrations: Iterable[Migration]) -> Iterator[Arrow]:
    """What a migration waits for, replaces, or wants to go before."""
    for migration in migrations:
        for named in (*migration.dependencies, *migration.run_before, *migration.replaces):
            yield Arrow(migration.app_label, named[0], f"migration {migration.name}")


def of_template(name: str, text: str) -> Iterator[Arrow]:
    """`url`, `include` and `extends` tags; a name that is not written out is told apart by a question mark."""
    source = template_room(name)
    for tag, argument in TAG.findall(text):
        if argument[0] not in "'\"":
            yield Arrow(source, source + "?", f"{name}: {tag} {argument} is not written out")
        elif tag != "url":
            yield Arrow(source, template_room(argument.strip("'\"")), f"{name}: {tag} {argument}")
        elif found := ADDRESS.fullmatch(argument.strip("'\"")):
            yield Arrow(source, found[1], f"{name}: {tag} {argument}")


def of_python(room: str, path: str, text: str, addresses: Collection[str]) -> Iterator[Arrow]:
    """Strings that name one of the known addresses (`room:page`) or a template (`room/page.html`)."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value in addresses:
                yield Arrow(room, node.value.split(":")[0], f"{path}:{node.lineno} {node.value}")
            elif TEMPLATE.fullmatch(node.value):
                yield Arrow(room, template_room(node.value), f"{path}:{node.lineno} {node.value}")


def known_addresses(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """The names of all pages, as `reverse` takes them."""
    prefix += f"{resolver.namespace}:" if resolver.namespace else ""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from known_addresses(pattern, prefix)
        elif pattern.name:
            yield prefix + pattern.name


def template_room(name: str) -> str:
    """The room a template belongs to: its first folder."""
    folder = PurePosixPath(name).parts[0] if "/" in name else ""
    return FOREIGN_TEMPLATES.get(folder, folder)


def templates() -> Iterator[tuple[str, str]]:
    """Every template, by the name Django knows it by."""
    folder = SERVER / "templates"
    for path in sorted(folder.rglob("*.html")):
        yield path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8")


def modules() -> Iterator[tuple[str, str, str]]:
    """Every module of a room: the room, the path, the text."""
    for path in sorted(SERVER.glob("*/**/*.py")):
        inner = path.relative_to(SERVER)
        yield inner.parts[0], inner.as_posix(), path.read_text(encoding="utf-8")
