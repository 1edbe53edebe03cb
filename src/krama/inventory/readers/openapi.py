# SPDX-License-Identifier: Apache-2.0
"""Fields of an OpenAPI 3 (or Swagger 2) document: schemas, parameters, bodies and answers."""

from __future__ import annotations

from typing import Any

from krama.inventory.fields import Field, Reading
from krama.inventory.readers.json_schema import Walker, _mapping, type_of

NAMED = ("#/components/schemas", "#/definitions", "#/components/parameters")
VERBS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def looks_like(document: Any) -> bool:
    """Is it an OpenAPI document?"""
    return isinstance(document, dict) and ("openapi" in document or "swagger" in document)


def read(document: Any, source: str) -> Reading:
    """Every named field of the document."""
    reading = Reading(source)
    walker = Walker(document, reading, NAMED)
    components = document.get("components")
    parts = components if isinstance(components, dict) else {}
    for group in (parts.get("schemas"), document.get("definitions")):
        for name, schema in _mapping(group):
            walker.schema(schema, name)
    for name, one in _mapping(parts.get("parameters")):
        _parameter(walker, one, f"parameter {name}")
    for group in ("requestBodies", "responses"):
        for name, one in _mapping(parts.get(group)):
            _content(walker, one, name)
    for path, item in [*_mapping(document.get("paths")), *_mapping(document.get("webhooks"))]:
        _path(walker, path, item)
    return reading


def _path(walker: Walker, path: str, item: Any) -> None:
    if not isinstance(item, dict):
        return
    for one in _list(item.get("parameters")):
        _parameter(walker, one, path)
    for verb in VERBS:
        operation = item.get(verb)
        if not isinstance(operation, dict):
            continue
        place = f"{verb.upper()} {path}"
        for one in _list(operation.get("parameters")):
            _parameter(walker, one, place)
        _content(walker, operation.get("requestBody"), place)
        for _, answer in _mapping(operation.get("responses")):
            _content(walker, answer, place)


def _parameter(walker: Walker, one: Any, place: str) -> None:
    if isinstance(one, dict) and str(one.get("$ref", "")).startswith("#/components/parameters/"):
        return  # listed by itself
    one = walker.target(one)
    if not isinstance(one, dict) or not isinstance(one.get("name"), str):
        return
    if one.get("in") == "body":
        walker.schema(one.get("schema"), place)
        return
    schema, said = walker.target(one.get("schema", one)), one.get("description")
    walker.reading.add(Field(place, one["name"], type_of(schema), said[:300] if isinstance(said, str) else ""))


def _content(walker: Walker, one: Any, place: str) -> None:
    one = walker.target(one)
    if not isinstance(one, dict):
        return
    walker.schema(one.get("schema"), place)  # Swagger 2
    for _, media in _mapping(one.get("content")):
        if isinstance(media, dict):
            walker.schema(media.get("schema"), place)


def _list(node: Any) -> list[Any]:
    return node if isinstance(node, list) else []
