# SPDX-License-Identifier: Apache-2.0
"""Every door by which text comes in, found in the program itself: addresses, what pages read, forms, the API's own
description, commands, columns. Nobody keeps a list of doors; a new one is found, and must then be classed by hand.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import click
from django import forms
from django.apps import apps
from django.db import models
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver

SERVER = Path(__file__).parents[2] / "src" / "krama" / "server"
TEXT_COLUMNS = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField)
TEXT_FIELDS = (forms.CharField, forms.FileField, forms.JSONField)
SPEAKING = {"StringConverter", "SlugConverter", "PathConverter"}
# They start something by being imported, or need the folder of a public face run apart.
NOT_IMPORTED = (".rsgi", ".locale.catalogue", ".public_settings")
METHODS = ("get", "put", "post", "patch", "delete")


def routes(urlconf: str = "krama.server.site.urls") -> dict[str, URLPattern]:
    """Every address, by its name with namespaces."""
    return dict(_walk(get_resolver(urlconf).url_patterns, ()))


def _walk(patterns: Iterable[Any], spaces: tuple[str, ...]) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, (*spaces, *filter(None, [pattern.namespace])))
        elif isinstance(pattern, URLPattern):
            yield ":".join((*spaces, pattern.name or f"({pattern.pattern})")), pattern


def paths(found: dict[str, URLPattern]) -> Iterator[str]:
    """Parts of addresses that take any text; a number or a UUID cannot carry words."""
    for route, pattern in found.items():
        for name, converter in pattern.pattern.converters.items():
            if type(converter).__name__ in SPEAKING:
                yield f"path {route} {name}"


def reads(folder: Path = SERVER) -> Iterator[str]:
    """What pages read of a request without a form: `request.POST.get("name")`, `request.GET["name"]`, headers."""
    for path in sorted(folder.rglob("*.py")):
        room = path.relative_to(folder).parts[0]
        tree = ast.parse(path.read_text())
        loops = {at.target.id: at.iter for at in ast.walk(tree) if _is_loop(at)}  # type: ignore[attr-defined]
        for node in ast.walk(tree):
            for source, name in _read(node, loops):
                yield f"read {room} {source} {name}"


def _is_loop(node: ast.AST) -> bool:
    return isinstance(node, ast.comprehension | ast.For) and isinstance(node.target, ast.Name)


def _read(node: ast.AST, loops: dict[str, ast.expr]) -> Iterator[tuple[str, str]]:
    where: ast.expr | None = None
    key: ast.expr | None = None
    if isinstance(node, ast.Subscript):
        where, key = node.value, node.slice
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        where, key = (node.func.value, node.args[0]) if node.func.attr in ("get", "getlist") else (None, None)
    if not (isinstance(where, ast.Attribute) and isinstance(where.value, ast.Name) and where.value.id == "request"):
        return
    if where.attr not in ("GET", "POST", "FILES", "COOKIES", "headers", "META"):
        return
    if isinstance(key, ast.Name) and key.id in loops:
        key = loops[key.id]
    for one in key.elts if isinstance(key, ast.Tuple | ast.List) else [key]:
        # A name that is worked out cannot be read here: the page's own HTML shows it.
        yield where.attr, str(one.value) if isinstance(one, ast.Constant) else "(worked out)"


def form_fields(classes: Iterable[type[forms.BaseForm]] | None = None) -> Iterator[str]:
    """Fields of Django's forms that take text or a file."""
    for form in sorted(set(classes or all_forms()), key=lambda one: f"{one.__module__}.{one.__name__}"):
        room = form.__module__.split(".")[2] if form.__module__.startswith("krama.") else "?"
        for name, field in form.base_fields.items():  # type: ignore[attr-defined]
            if isinstance(field, TEXT_FIELDS):
                yield f"form {room}.{form.__name__} {name}"


def all_forms() -> list[type[forms.BaseForm]]:
    import krama.server

    for module in walk_packages(krama.server.__path__, "krama.server."):
        if ".migrations" not in module.name and not module.name.endswith(NOT_IMPORTED):
            import_module(module.name)
    return [one for one in _below(forms.BaseForm) if one.__module__.startswith("krama.")]


def _below(one: type[Any]) -> Iterator[type[Any]]:
    for lower in one.__subclasses__():
        yield lower
        yield from _below(lower)


def columns(tables: Iterable[type[Model]] | None = None) -> Iterator[str]:
    """Columns that can hold text or bytes; one with choices of its own cannot hold words."""
    for table in tables or apps.get_models(include_auto_created=True):
        for field in table._meta.concrete_fields:
            if isinstance(field, TEXT_COLUMNS) and not field.choices:
                yield f"column {table._meta.label} {field.name}"


def commands(root: click.Command | None = None) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that can be called, with its words."""
    from krama.cli import main

    yield from _commands(root or main, ())


def _commands(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        yield words, command
        return
    with click.Context(command) as context:
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from _commands(found, (*words, name))


def says_text(param: click.Parameter) -> bool:
    """Text, a file or a path: not a number, a switch or one of several words."""
    return isinstance(param.type, click.types.StringParamType | click.Path | click.File)


def command_params(root: click.Command | None = None) -> Iterator[str]:
    for words, command in commands(root):
        for param in command.params:
            if says_text(param):
                yield f"command {' '.join(words)} {param.name}"


def api_fields(described: dict[str, Any]) -> Iterator[str]:
    """Parameters and bodies that the API's own description names, down to every property."""
    for operations in described["paths"].values():
        for method, operation in operations.items():
            if method in METHODS:
                name = operation_name(operation)
                for field in sorted(set(_operation(described, operation))):
                    yield f"api {name} {field}"


def operation_name(operation: dict[str, Any]) -> str:
    """Its function; with its room before it where that is a room whose every word is taken for a child's."""
    room, _, name = operation["operationId"].removeprefix("krama_server_").partition("_api_")
    return f"{room}:{name}" if room in ("intake", "evidence") else name or room


def _operation(described: dict[str, Any], operation: dict[str, Any]) -> Iterator[str]:
    for parameter in operation.get("parameters", []):
        if is_text(resolved(described, parameter.get("schema", {}))):
            yield f"{parameter['in']}.{parameter['name']}"
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield from _properties(described, content.get("schema", {}), "body")


def _properties(described: dict[str, Any], schema: dict[str, Any], at: str) -> Iterator[str]:
    schema = resolved(described, schema)
    if is_text(schema):
        yield at
    for name, inner in schema.get("properties", {}).items():
        yield from _properties(described, inner, f"{at}.{name}")
    if "items" in schema:
        yield from _properties(described, schema["items"], f"{at}[]")
    if isinstance(schema.get("additionalProperties"), dict):
        yield f"{at}.(name)"
        yield from _properties(described, schema["additionalProperties"], f"{at}.(value)")


def resolved(described: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Behind `$ref`, and of several the first that is not null; `anyOf` beside properties only says what is needed."""
    while "$ref" in schema:
        part: Any = described
        for word in schema["$ref"].removeprefix("#/").split("/"):
            part = part[word]
        schema = part
    several = [] if "properties" in schema else schema.get("anyOf") or schema.get("oneOf") or []
    chosen = next((one for one in several if one.get("type") != "null"), None)
    return resolved(described, chosen) if chosen else schema


def is_text(schema: dict[str, Any]) -> bool:
    spoken = schema.get("type") == "string" and schema.get("format") not in ("uuid", "date-time", "date")
    return spoken and "enum" not in schema and "const" not in schema
