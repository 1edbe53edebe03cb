# SPDX-License-Identifier: Apache-2.0
"""Rules from YAML. A mistake is refused with its line and reason: a rule misread is a child's name let out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from krama.errors import BadInput
from krama.inventory.rules import Action, Coarse, Node, Rule, Rules, Scalar, Spelling, steps_of

VERSION = 1
LARGEST = 1024 * 1024  # bytes of a rules file
KIND = re.compile("[a-z][a-z0-9-]{0,30}")
AGES = tuple(Decimal(age) for age in (0, 6, 10, 13, 16, 18))
FINEST_GRID = Decimal("0.01")  # degrees: about a kilometre; finer tells where a child sleeps


class BadRules(BadInput):
    """A rules file is not of the form that was asked for."""

    code = "bad_rules"


@dataclass(frozen=True)
class _Place:
    """Where a mistake stands."""

    file: str
    line: int

    def fault(self, what: str) -> BadRules:
        return BadRules(f"{self.file}, line {self.line}: {what}", file=self.file, line=self.line)


_Fields = dict[str, tuple[_Place, Any]]


def read_rules(path: Path) -> Rules:
    """The rules of one file; `BadRules` names file, line and what to do."""
    try:
        raw = path.read_bytes()
        if len(raw) > LARGEST:
            raise BadRules(f"{path.name}: larger than {LARGEST} bytes; a rules file is a page or two.")
        return rules_from(raw.decode("utf-8-sig"), path.name)
    except OSError as problem:
        raise BadRules(f"The rules file {path} cannot be read: {problem.strerror}.") from problem
    except UnicodeDecodeError as problem:
        raise BadRules(f"{path.name}: is not UTF-8; save it as UTF-8.") from problem


def rules_from(text: str, name: str = "rules") -> Rules:
    """The same from a text."""
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise _at(name, event.start_mark).fault("an alias (`*name`) is not taken; write the rule out")
        top = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        why = getattr(problem, "problem", None) or "a character that YAML does not take"
        raise _Place(name, mark.line + 1 if mark else 1).fault(f"this is not YAML: {why}") from None
    except RecursionError:
        raise _Place(name, 1).fault("this is nested too deep") from None
    whole = _mapping(name, top)
    _only(whole, ("version", "fields"))
    place = _Place(name, 1)
    if "version" not in whole or whole["version"][1].value != str(VERSION):
        raise whole.get("version", (place, None))[0].fault(f"write `version: {VERSION}` at the top")
    if "fields" not in whole:
        raise place.fault("`fields:` is missing; write it, and a rule for each field below it")
    return _tree([_rule(at, path, node) for path, (at, node) in _mapping(name, whole["fields"][1]).items()], name)


def _tree(rules: list[Rule], name: str) -> Rules:
    top = Node()
    spelt: dict[str, Rule] = {}
    for rule in rules:
        place, node = _Place(name, rule.line), top
        for step in steps_of(rule.path):
            if node.rule:
                raise place.fault(f"`{node.rule.path}` has a rule on line {node.rule.line}; nothing below it can")
            node = node.below.setdefault(step, Node())
        if node.below or node.rule:
            raise place.fault(f"`{rule.path}` has rules below it, or stands twice; keep one of them")
        node.rule = rule
        first = spelt.setdefault(rule.kind, rule) if rule.kind else rule
        if first.spelling is not rule.spelling:
            raise place.fault(
                f"the kind `{rule.kind}` is spelt as {first.spelling} on line {first.line} and as {rule.spelling} "
                "here, so that the same person would get two pseudonyms; use one"
            )
    if not rules:
        raise _Place(name, 1).fault("there is no rule; write one for each field of the data set")
    return Rules(top, {rule.path: rule for rule in rules})


def _rule(place: _Place, path: str, node: yaml.Node) -> Rule:
    if not steps_of(path):
        raise place.fault(f"`{path}` is not a path; write it as name, a.b or list[].b")
    if isinstance(node, yaml.ScalarNode):  # `name: drop`
        fields: _Fields = {"action": (_at(place.file, node.start_mark), node)}
    else:
        fields = _mapping(place.file, node, f"`{path}`")
    action = _word(place, fields, "action", Action)
    made = MAKERS[action](place, fields)
    return Rule(path=path, action=action, line=place.line, **made)


def _bare(place: _Place, fields: _Fields) -> dict[str, Any]:
    _only(fields, ("action",))
    return {}


def _pseudonym(place: _Place, fields: _Fields) -> dict[str, Any]:
    _only(fields, ("action", "kind", "normalise"))
    kind = _text(place, fields, "kind")
    if not KIND.fullmatch(kind):
        raise fields["kind"][0].fault("`kind` is a short word such as account or e-mail: a-z, 0-9 and hyphen")
    return {"kind": kind, "spelling": _word(place, fields, "normalise", Spelling)}


def _generalise(place: _Place, fields: _Fields) -> dict[str, Any]:
    to = _word(place, fields, "to", Coarse)
    allowed = {Coarse.AGE_BAND: ("on", "bands"), Coarse.BAND: ("width", "bands"), Coarse.GRID: ("step",)}
    _only(fields, ("action", "to", *allowed.get(to, ())))
    made: dict[str, Any] = {"to": to}
    if to is Coarse.AGE_BAND:
        made |= {"on": _day(place, fields, "on"), "bands": _bands(fields) or AGES}
    if to is Coarse.BAND:
        made["bands"] = _bands(fields)
        if ("width" in fields) == bool(made["bands"]):
            raise place.fault("a band needs either `width: 10` or `bands: [0, 10, 100]`")
    if to is Coarse.GRID or "width" in fields:
        made["step"] = _positive(place, fields, "step" if to is Coarse.GRID else "width")
    if to is Coarse.GRID and made["step"] < FINEST_GRID:
        raise fields["step"][0].fault(f"`step` is at least {FINEST_GRID} degrees; finer shows one house")
    return made


def _fixed(place: _Place, fields: _Fields) -> dict[str, Any]:
    _only(fields, ("action", "value"))
    if "value" not in fields:
        raise place.fault("`value:` is missing; write what the field shall hold")
    at, node = fields["value"]
    return {"value": _scalar(at, node)}


MAKERS: dict[Action, Callable[[_Place, _Fields], dict[str, Any]]] = {
    Action.KEEP: _bare,
    Action.DROP: _bare,
    Action.PSEUDONYM: _pseudonym,
    Action.GENERALISE: _generalise,
    Action.FIXED: _fixed,
}


def _at(file: str, mark: Any) -> _Place:
    return _Place(file, mark.line + 1)


def _mapping(file: str, node: yaml.Node | None, what: str = "this") -> _Fields:
    if not isinstance(node, yaml.MappingNode):
        place = _at(file, node.start_mark) if node else _Place(file, 1)
        raise place.fault(f"{what} is not a mapping; write `name: value` lines")
    found: _Fields = {}
    for key, value in node.value:
        place = _at(file, key.start_mark)
        if not isinstance(key, yaml.ScalarNode):
            raise place.fault("a name is a text")
        if key.value in found:
            raise place.fault(f"`{key.value}` stands twice; keep one of them")
        found[key.value] = (place, value)
    return found


def _only(fields: _Fields, known: tuple[str, ...]) -> None:
    for name, (place, _) in fields.items():
        if name not in known:
            raise place.fault(f"`{name}` is not known here; use {', '.join(known)}")


def _text(place: _Place, fields: _Fields, name: str) -> str:
    if name not in fields:
        raise place.fault(f"`{name}:` is missing")
    at, node = fields[name]
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise at.fault(f"`{name}` is not one word")
    return str(node.value).strip()


def _word(place: _Place, fields: _Fields, name: str, known: type[Any]) -> Any:
    word = _text(place, fields, name)
    if word not in [one.value for one in known]:
        raise fields[name][0].fault(f"`{name}: {word}` is not known; use {', '.join(one.value for one in known)}")
    return known(word)


def _day(place: _Place, fields: _Fields, name: str) -> date:
    text = _text(place, fields, name)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise fields[name][0].fault(f"`{name}` is not a day; write it as 2026-01-31") from None


def _number(place: _Place, node: yaml.Node) -> Decimal:
    value = _scalar(place, node)
    if isinstance(value, bool) or not isinstance(value, int | float) or not Decimal(str(value)).is_finite():
        raise place.fault("this is not a number")
    return Decimal(str(value))


def _positive(place: _Place, fields: _Fields, name: str) -> Decimal:
    if name not in fields:
        raise place.fault(f"`{name}:` is missing")
    number = _number(*fields[name])
    if number <= 0:
        raise fields[name][0].fault(f"`{name}` is above zero")
    return number


def _bands(fields: _Fields) -> tuple[Decimal, ...]:
    if "bands" not in fields:
        return ()
    place, node = fields["bands"]
    edges = [_number(place, item) for item in node.value] if isinstance(node, yaml.SequenceNode) else []
    if not edges or any(high <= low for low, high in pairwise(edges)):
        raise place.fault("`bands` is a list of numbers that rise, such as [0, 13, 18]")
    return tuple(edges)


def _scalar(place: _Place, node: yaml.Node) -> Scalar:
    value = yaml.SafeLoader("").construct_object(node) if isinstance(node, yaml.ScalarNode) else node
    if value is not None and not isinstance(value, str | int | float | bool):
        raise place.fault("this is not a text, a number, true, false or null; put a text in quotes")
    return value
