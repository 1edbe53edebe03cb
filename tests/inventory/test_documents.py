# SPDX-License-Identifier: Apache-2.0
"""OpenAPI and JSON Schema: every named field, references inside followed once, cycles end."""

from __future__ import annotations

from typing import Any

from krama.inventory.readers import json_schema, openapi

RIDE: dict[str, Any] = {
    "openapi": "3.0.0",
    "paths": {
        "/rides/{riderId}": {
            "parameters": [{"name": "riderId", "in": "path", "schema": {"type": "string"}}],
            "post": {
                "parameters": [{"$ref": "#/components/parameters/Page"}],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {"dob": {"type": "string", "format": "date", "description": "when born"}},
                            }
                        }
                    }
                },
                "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/x-shared/Answer"}}}}},
            },
        }
    },
    "x-shared": {"Answer": {"properties": {"token": {"type": "string"}, "again": {"$ref": "#/x-shared/Answer"}}}},
    "components": {
        "parameters": {"Page": {"name": "page", "in": "query", "schema": {"type": "integer"}}},
        "schemas": {
            "Rider": {
                "allOf": [{"properties": {"name": {"$ref": "#/components/schemas/Name"}}}],
                "properties": {
                    "home": {"type": "object", "properties": {"lat": {"type": "number"}}},
                    "friends": {"type": "array", "items": {"$ref": "#/components/schemas/Rider"}},
                },
            },
            "Name": {"type": "string"},
        },
    },
}


def test_every_field_of_an_api() -> None:
    reading = openapi.read(RIDE, "s")
    assert {f"{one.place}|{one.name}|{one.type}" for one in reading.unique()} == {
        "/rides/{riderId}|riderId|string",
        "parameter Page|page|integer",
        "POST /rides/{riderId}|dob|string (date)",
        "Answer|token|string",
        "Answer|again|",
        "Rider|name|string",
        "Rider|home|object",
        "Rider.home|lat|number",
        "Rider|friends|array of ",
    }
    assert next(one for one in reading.fields if one.name == "dob").comment == "when born"
    assert reading.notes == reading.faults == []


def test_swagger_two() -> None:
    body = {"name": "b", "in": "body", "schema": {"properties": {"sex": {"type": "string"}}}}
    document = {"swagger": "2.0", "definitions": {"Child": {"properties": {"age": {"type": "integer"}}}}}
    document["paths"] = {"/a": {"post": {"parameters": [body]}}}
    assert [one.name for one in openapi.read(document, "s").fields] == ["age", "sex"]


def test_references_that_lead_nowhere_or_away_are_said() -> None:
    document = {
        "properties": {"a": {"$ref": "#/nowhere"}, "b": {"$ref": "other.json#/x"}, "c": {"$ref": "#/properties/c"}}
    }
    reading = json_schema.read(document, "s", "file")
    assert [one.name for one in reading.fields] == ["a", "b", "c"]
    assert [note[:24] for note in reading.notes] == ["the reference '#/nowhere", "the reference 'other.jso"]


def test_a_schema_that_holds_itself_ends() -> None:
    loop: dict[str, Any] = {"properties": {}}
    loop["properties"]["child"] = loop
    reading = json_schema.read(loop, "s", "file")
    assert len(reading.fields) < 100
    assert "nested too deep" in reading.faults[0]


def test_wrong_shapes_are_passed_over() -> None:
    strange = {"openapi": 3, "paths": [1], "components": {"schemas": {"A": 7, "B": {"properties": [1], "items": "x"}}}}
    assert openapi.read(strange, "s").fields == []
    assert not json_schema.looks_like([])
    assert not json_schema.looks_like({"name": "package.json"})
