# SPDX-License-Identifier: Apache-2.0
"""Parquet, batch by batch. A kept column keeps its type to the letter.

Metadata is left behind, since it can hold values.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from krama.inventory.pseudonyms import BadData, Pseudonymiser, shown_name
from krama.inventory.rules import ITEMS, Action, Coarse, Node, Rule

BATCH = 4096  # rows
BUFFER = 1024 * 1024  # bytes read at once of each column, however long the row group

Turn = Callable[[Any], Any]  # an Arrow array in, an Arrow array out


def pseudonymise_parquet(
    stream: BinaryIO, out: Path | None, maker: Pseudonymiser, *, drop_unlisted: bool = False
) -> None:
    """Batches of `stream` to the file `out`; the schema tells at once which fields have no rule."""
    try:
        source = pq.ParquetFile(stream, buffer_size=BUFFER, pre_buffer=False)
        plan = _Plan(maker)
        turns = [made for field in source.schema_arrow if (made := plan.field(field)) is not None]
        if len({field.name for field in source.schema_arrow}) < len(source.schema_arrow):
            raise BadData("Two columns have one name; rename one of them.")
        maker.report.notes += ["Metadata of the file was left out."] if source.schema_arrow.metadata else []
        if maker.report.dropped and not drop_unlisted:
            return  # finish() refuses
        if not turns:
            raise BadData("Nothing of this file would be left: no column has a rule that keeps one.")
        _carry(source, turns, out, maker)
    except pa.ArrowException as problem:
        # Arrow's words can hold a value; its kind of error cannot.
        raise BadData(f"This is not Parquet that can be read ({type(problem).__name__}).") from None


def _carry(source: Any, turns: list[tuple[str, Any, Turn]], out: Path | None, maker: Pseudonymiser) -> None:
    schema = pa.schema([field for _, field, _ in turns])
    with pq.ParquetWriter(out, schema) if out else nullcontext() as writer:
        for batch in source.iter_batches(batch_size=BATCH, use_threads=False):
            columns = [turn(batch.column(name)) for name, _, turn in turns]
            maker.report.rows += batch.num_rows
            if writer:
                writer.write_batch(pa.record_batch(columns, schema=schema))


class _Plan:
    """What becomes of each field: its new field, and the turn of its arrays."""

    def __init__(self, maker: Pseudonymiser) -> None:
        self.maker = maker

    def field(self, field: Any) -> tuple[str, Any, Turn] | None:
        made = self._made(field.type, self.maker.rules.tree.below.get(field.name), field.name)
        if made is None:
            return None
        kind, turn = made
        return field.name, pa.field(field.name, kind, nullable=field.nullable or kind != field.type), turn

    def _made(self, kind: Any, node: Node | None, path: str) -> tuple[Any, Turn] | None:
        if node is None:
            self.maker.report.no_rule(path, 0)
            return None
        if node.rule:
            self.maker.met(node.rule)
            return self._ruled(kind, node.rule, path)
        if pa.types.is_struct(kind) and node.below.keys() - {ITEMS}:
            return self._struct(kind, node, path)
        if _is_list(kind) and ITEMS in node.below:
            return self._list(kind, node, path)
        self.maker.report.no_rule(path, 0)
        return None

    def _ruled(self, kind: Any, rule: Rule, path: str) -> tuple[Any, Turn] | None:
        if rule.action is Action.DROP:
            return None
        if pa.types.is_nested(kind) and not rule.takes_all:
            below = "[]" if _is_list(kind) else ".NAME"
            raise BadData(
                f"{shown_name(path)} is nested; a rule cannot {rule.action} it whole: write rules for what lies below "
                f"({shown_name(path)}{below}), or drop it."
            )
        if rule.action is Action.KEEP:
            return kind, self._kept
        if rule.takes_all and rule.action is Action.GENERALISE:
            return kind, lambda array: self._counted("generalised", pa.nulls(len(array), kind))
        target = _type_of(rule, kind)
        spell = str if pa.types.is_string(target) else _same
        return target, lambda array: pa.array([self._scalar(rule, one, spell) for one in _values(array)], target)

    def _scalar(self, rule: Rule, value: Any, spell: Callable[[Any], Any]) -> Any:
        made = self.maker.scalar(rule, value)
        return None if made is None else spell(made)

    def _kept(self, array: Any) -> Any:
        return self._counted("kept", array)

    def _counted(self, what: str, array: Any) -> Any:
        self.maker.report.cells[what] += len(array)
        return array

    def _struct(self, kind: Any, node: Node, path: str) -> tuple[Any, Turn] | None:
        inside = [(at, kind.field(at)) for at in range(kind.num_fields)]
        made = [
            (at, field, self._made(field.type, node.below.get(field.name), f"{path}.{field.name}"))
            for at, field in inside
        ]
        kept = [(at, field, *one) for at, field, one in made if one is not None]
        if not kept:
            return None
        fields = [pa.field(field.name, new, nullable=True) for _, field, new, _ in kept]

        def turn(array: Any) -> Any:
            parts = array.flatten()  # a missing parent leaves its children empty
            turned = [change(parts[at]) for at, _, _, change in kept]
            return pa.StructArray.from_arrays(turned, fields=fields, mask=pc.is_null(array))

        return pa.struct(fields), turn

    def _list(self, kind: Any, node: Node, path: str) -> tuple[Any, Turn] | None:
        made = self._made(kind.value_type, node.below[ITEMS], f"{path}[]")
        if made is None:
            return None
        inner, change = made
        large = pa.types.is_large_list(kind)
        item = kind.value_field.with_type(inner).with_nullable(True).remove_metadata()
        new = pa.large_list(item) if large else pa.list_(item)

        def turn(array: Any) -> Any:
            lengths = pc.fill_null(pc.list_value_length(array), 0).cast(pa.int64())
            ends = pc.cumulative_sum(lengths).to_pylist()
            offsets = pa.array([0, *ends], pa.int64() if large else pa.int32())
            whole = pa.LargeListArray if large else pa.ListArray
            return whole.from_arrays(offsets, change(array.flatten()), type=new, mask=pc.is_null(array))

        return new, turn


def _is_list(kind: Any) -> bool:
    types = pa.types
    return bool(types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind))


def _same(value: Any) -> Any:
    return value


def _type_of(rule: Rule, kind: Any) -> Any:
    if rule.action is Action.FIXED:
        return pa.scalar(rule.value).type
    if rule.action is Action.GENERALISE and rule.to is Coarse.YEAR:
        return pa.int32()
    if rule.action is Action.GENERALISE and rule.to is Coarse.GRID and pa.types.is_floating(kind):
        return pa.float64()  # a text may hold two numbers
    return pa.string()


def _values(array: Any) -> list[Any]:
    """Plain values, spelt as the other formats spell them."""
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    kind = array.type
    if pa.types.is_timestamp(kind) or pa.types.is_time(kind) or pa.types.is_duration(kind):
        array = array.cast(pa.string())  # nanoseconds have no plain value
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return [None if one is None else _text(one) for one in array.to_pylist()]
    return [
        str(one) if not isinstance(one, str | int | float | bool | Decimal | None) else one for one in array.to_pylist()
    ]


def _text(raw: bytes) -> str:
    """Older writers put texts into columns of bytes."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.hex()
