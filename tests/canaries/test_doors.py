# SPDX-License-Identifier: Apache-2.0
"""No door without a class: addresses, what pages read, forms, commands, columns. Each kind was seen red."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
from django import forms
from django.db import models
from django.http import HttpResponse
from django.urls import path

from tests.canaries import doors
from tests.canaries.classes import Row, class_of, faults, read, unclassed


def known() -> Iterator[str]:
    """All that can be found without starting anything; pages and the API's description: `test_canaries.py`."""
    yield from doors.paths(doors.routes())
    yield from doors.reads()
    yield from doors.form_fields()
    yield from doors.columns()
    yield from doors.command_params()
    yield from (door for door in read() if door.startswith(("page ", "api ")))
    # A form that this sample's crawl did not come by is sent blindly, and what it then takes is the form's own.
    yield from (door for door in read() if door.startswith("tampered ") and door.split()[1] in doors.routes())


def test_every_door_is_classed_and_every_row_is_a_door() -> None:
    assert faults(known(), read()) == []


def test_the_enumeration_sees_doors_that_everybody_knows() -> None:
    """An enumeration that came to nothing would find nothing unclassed."""
    found = set(known())
    assert {
        "path desk:case ref",
        "read cases GET q",
        "read desk POST reference",
        "form cases.DecisionForm reason",
        "column cases.Decision sealed_reason",
        "command lists import basis",
    } <= found


SEALED = ("intake", "evidence", "cases", "detections", "support")
ROOMS = [*((room, True) for room in SEALED), ("accounts", False)]


@pytest.mark.parametrize(("room", "sealed"), ROOMS)
def test_what_nobody_classed_seals_in_a_room_of_children_and_fails_elsewhere(room: str, sealed: bool) -> None:
    new = [
        f"page {room}:new words",
        f"form {room}.NewForm words",
        f"column {room}.New words",
        f"read {room} POST words",
        *([f"api {room}:new body.words"] if room in ("intake", "evidence") else []),
    ]
    assert {class_of(door) for door in new} == {"seals"}
    assert (unclassed(new, read()) == []) is sealed


def named(found: Iterable[str]) -> list[str]:
    """What the table lacks, without the line to add."""
    return [fault.partition(";")[0] for fault in unclassed(found, read())]


def test_an_unclassed_path_is_seen_red() -> None:
    def view(request: Any, words: str) -> HttpResponse:
        return HttpResponse(words)

    found = doors.paths({"lists:new": path("lists/<str:words>", view)})
    assert named(found) == ["not classed: path lists:new words"]


def test_what_is_not_classed_names_the_line_to_add() -> None:
    where = "add to tests/canaries/classes.csv: "
    assert where + 'path lists:new words,seals,"why" (keeps where' in unclassed(["path lists:new words"], read())[0]
    assert where + 'column lists.List new,made,"why" (keeps where' in unclassed(["column lists.List new"], read())[0]


def test_an_unclassed_read_of_a_request_is_seen_red(tmp_path: Path) -> None:
    shutil.copytree(doors.SERVER / "lists", tmp_path / "lists")
    with (tmp_path / "lists" / "pages.py").open("a") as file:
        file.write('\n\ndef new(request):\n    return request.POST["words"] + request.headers.get("X-Words")\n')
        file.write('\n\ndef two(request):\n    return [request.GET.get(name) for name in ("one", "two")]\n')
    assert named(doors.reads(tmp_path)) == [
        "not classed: read lists GET one",
        "not classed: read lists GET two",
        "not classed: read lists POST words",
        "not classed: read lists headers X-Words",
    ]


def test_an_unclassed_field_of_a_form_is_seen_red() -> None:
    new = type("NewForm", (forms.Form,), {"words": forms.CharField(), "__module__": "krama.server.lists.forms"})
    assert named(doors.form_fields([new])) == ["not classed: form lists.NewForm words"]


def test_an_unclassed_column_is_seen_red() -> None:
    field = models.TextField()
    field.name = "words"
    table: Any = SimpleNamespace(_meta=SimpleNamespace(label="lists.List", concrete_fields=[field]))
    assert named(doors.columns([table])) == ["not classed: column lists.List words"]


def test_an_unclassed_option_of_a_command_is_seen_red() -> None:
    command = click.Command("new", params=[click.Option(["--words"]), click.Option(["--count"], type=int)])
    group = click.Group("krama", commands={"lists": click.Group("lists", commands={"new": command})})
    assert named(doors.command_params(group)) == ["not classed: command lists new words"]


def test_an_unclassed_property_of_the_api_is_seen_red() -> None:
    body = {"type": "object", "properties": {"words": {"type": "string"}, "id": {"type": "string", "format": "uuid"}}}
    operation = {
        "operationId": "krama_server_lists_api_new",
        "parameters": [{"in": "query", "name": "near", "schema": {"anyOf": [{"type": "null"}, {"type": "string"}]}}],
        "requestBody": {"content": {"application/json": {"schema": {"type": "array", "items": body}}}},
    }
    found = doors.api_fields({"paths": {"/new": {"post": operation}}})
    assert named(found) == ["not classed: api new body[].words", "not classed: api new query.near"]


def test_what_a_report_by_the_api_holds_seals_without_a_row() -> None:
    """`POST /reports`, a gateway: whatever their bodies may hold one day."""
    body = {"type": "object", "properties": {"words": {"type": "string"}, "back_to": {"type": "string"}}}
    operation = {
        "operationId": "krama_server_intake_api_send_report",
        "requestBody": {"content": {"application/json": {"schema": body}}},
    }
    found = set(doors.api_fields({"paths": {"/reports": {"post": operation}}}))
    assert found == {"api intake:send_report body.words", "api intake:send_report body.back_to"}
    assert (unclassed(found, read()), {class_of(door) for door in found}) == ([], {"seals"})


def test_a_row_without_a_door_or_a_reason_is_seen_red() -> None:
    table = {"command a b": Row("command a b", "keeps", ""), "command c d": Row("command c d", "perhaps", "")}
    assert faults(["command a b"], table) == [
        "no such door: command c d",
        "no such class: command c d perhaps",
        "no reason: command a b",
        "no reason: command c d",
    ]
