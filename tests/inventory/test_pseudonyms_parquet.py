# SPDX-License-Identifier: Apache-2.0
"""Parquet: kept types to the letter, nested fields, nothing of the old file's metadata."""

from __future__ import annotations

import datetime
import decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from krama.inventory import pseudonyms_parquet
from krama.inventory.pseudonyms import BadData
from tests.inventory.sets import read, run, write

DAY = datetime.date(2012, 3, 4)
MOMENT = datetime.datetime(2012, 3, 4, 8, tzinfo=datetime.UTC)
KEPT = pa.schema(
    [
        pa.field("i8", pa.int8()),
        pa.field("u64", pa.uint64(), nullable=False),
        pa.field("f32", pa.float32()),
        pa.field("money", pa.decimal128(12, 2)),
        pa.field("day", pa.date32()),
        pa.field("moment", pa.timestamp("us", tz="Asia/Phnom_Penh")),
        pa.field("nano", pa.timestamp("ns")),
        pa.field("flag", pa.bool_()),
        pa.field("raw", pa.binary()),
        pa.field("words", pa.dictionary(pa.int32(), pa.string())),
        pa.field("large", pa.large_string()),
        pa.field("inside", pa.struct([pa.field("a", pa.int16()), pa.field("b", pa.list_(pa.float64()))])),
    ]
)
ROW: dict[str, Any] = {
    "i8": 1, "u64": 2**63, "f32": 0.5, "money": decimal.Decimal("1.10"), "day": DAY, "moment": MOMENT,
    "nano": MOMENT.replace(tzinfo=None), "flag": True, "raw": b"\0\xff", "words": "a", "large": "ក",
    "inside": {"a": 3, "b": [1.0, None]},
}  # fmt: skip
EMPTY = {"u64": 0}


def rules(*lines: str) -> str:
    return "version: 1\nfields:\n" + "".join(f"  {line}\n" for line in lines)


def test_kept_columns_keep_type_and_value(tmp_path: Path) -> None:
    source = write(tmp_path / "a.parquet", [ROW, EMPTY], KEPT)
    names = [name for name in KEPT.names if name != "inside"]
    target, report = run(source, rules(*[f"{name}: keep" for name in names], "inside.a: keep", "'inside.b[]': keep"))
    assert pq.read_schema(target).remove_metadata() == pq.read_schema(source).remove_metadata() == KEPT
    assert pq.read_table(target).equals(pq.read_table(source))
    assert report.rows == 2


def test_metadata_is_left_behind(tmp_path: Path) -> None:
    field = pa.field("a", pa.int8(), metadata={"note": "Dara in the field"})
    item = pa.list_(pa.field("element", pa.int8(), metadata={"note": "Dara in the list"}))
    schema = pa.schema([field, pa.field("b", item)], metadata={"owner": "Dara of the file"})
    pq.write_table(pa.Table.from_pylist([{"a": 1, "b": [1]}], schema), tmp_path / "a.parquet")
    target, report = run(tmp_path / "a.parquet", rules("a: keep", "'b[]': keep"))
    told = [pq.read_schema(path).to_string(truncate_metadata=False) for path in (tmp_path / "a.parquet", target)]
    assert ["Dara in the field" in one and "Dara of the file" in one for one in told] == [True, False]
    inner = [
        pq.read_schema(path).field("b").type.value_field.metadata or {} for path in (tmp_path / "a.parquet", target)
    ]
    assert [b"note" in one for one in inner] == [True, False]
    assert "Dara" not in told[1]
    assert report.notes == ["Metadata of the file was left out."]


def test_nested_fields_of_every_shape(tmp_path: Path) -> None:
    guardian = pa.struct([("phone", pa.string()), ("email", pa.string()), ("age", pa.int8())])
    schema = pa.schema(
        [
            ("user", pa.struct([("id", pa.int64()), ("guardian", guardian)])),
            ("contacts", pa.list_(pa.struct([("phone", pa.string()), ("label", pa.string())]))),
            ("deep", pa.large_list(pa.list_(pa.string()))),
            ("pair", pa.list_(pa.string(), 2)),
        ]
    )
    row = {
        "user": {"id": 7, "guardian": {"phone": "012 345 678", "email": "dara@example.org", "age": 40}},
        "contacts": [{"phone": "+855 12 345 678", "label": "mum"}, None, {"phone": None, "label": "x"}],
        "deep": [["Dara Sok", None], [], None],
        "pair": ["Dara Sok", "Dara Sok"],
    }
    nothing: dict[str, Any] = {"user": {"id": None, "guardian": None}, "contacts": [], "deep": [], "pair": None}
    source = write(tmp_path / "a.parquet", [row, {}, nothing, row] * 3000, schema)  # more than a batch
    text = rules(
        "user.id: {action: pseudonym, kind: account, normalise: exact}",
        "user.guardian.phone: {action: pseudonym, kind: phone, normalise: phone}",
        "user.guardian.email: drop",
        "user.guardian.age: {action: generalise, to: band, width: 10}",
        "'contacts[].phone': {action: pseudonym, kind: phone, normalise: phone}",
        "'contacts[].label': keep",
        "'deep[][]': {action: pseudonym, kind: name, normalise: name}",
        "'pair[]': {action: pseudonym, kind: name, normalise: name}",
    )
    target, report = run(source, text)
    rows = read(target)
    first, empty, hollow, last = rows[:4]
    person = first["user"]["guardian"]
    assert person == {"phone": first["contacts"][0]["phone"], "age": "40 to under 50"}
    assert first["contacts"][1:] == [None, {"phone": None, "label": "x"}]
    assert first["deep"][0][0] == first["pair"][0] == first["pair"][1]
    assert (first["deep"][0][1], first["deep"][1:]) == (None, [[], None])
    assert empty == {"user": None, "contacts": None, "deep": None, "pair": None}
    assert hollow == nothing
    assert last == first == rows[-1]
    assert report.rows == len(rows) == 12_000
    assert not any(secret in target.read_bytes() for secret in (b"012 345", b"Dara", b"dara@", b"+855 12"))


@pytest.mark.parametrize(
    ("array", "text"),
    [
        (pa.array([12345678], pa.int32()), "12345678"),
        (pa.array([12345678.0]), "12345678"),
        (pa.array(["12345678"]).dictionary_encode(), "12345678"),
        (pa.array([b"12345678"]), "12345678"),
        (pa.array([b"\xff\x00"]), "ff00"),
        (pa.array([decimal.Decimal("12345678.00")]), "12345678"),
        (pa.array([DAY]), "2012-03-04"),
        (pa.array([True]), "true"),
    ],
)
def test_one_value_is_spelt_alike_in_every_type(tmp_path: Path, array: Any, text: str) -> None:
    rule = rules("a: {action: pseudonym, kind: x, normalise: exact}")
    pq.write_table(pa.table({"a": array}), tmp_path / "a.parquet")
    (tmp_path / "a.csv").write_text(f"a\n{text}\n")
    assert read(run(tmp_path / "a.parquet", rule)[0]) == read(run(tmp_path / "a.csv", rule)[0])


@pytest.mark.parametrize("array", [pa.array([DAY]), pa.array([MOMENT]), pa.array([MOMENT], pa.timestamp("ns", "UTC"))])
def test_days_become_years(tmp_path: Path, array: Any) -> None:
    pq.write_table(pa.table({"a": array}), tmp_path / "a.parquet")
    target, _ = run(tmp_path / "a.parquet", rules("a: {action: generalise, to: year}"))
    assert read(target) == [{"a": 2012}]


@pytest.mark.parametrize(
    ("lines", "schema"),
    [
        (("a: {action: generalise, to: nothing}",), pa.schema([("a", pa.int64())])),
        (("a: {action: fixed, value: 3}",), pa.schema([("a", pa.int64())])),
        (("a: {action: fixed, value: null}",), pa.schema([("a", pa.null())])),
        (("a: {action: generalise, to: grid, step: 0.1}",), pa.schema([("a", pa.string())])),
    ],
)
def test_the_type_says_what_was_done(tmp_path: Path, lines: tuple[str, ...], schema: Any) -> None:
    source = write(tmp_path / "a.parquet", [{"a": 9}], pa.schema([("a", pa.int64())]))
    target, _ = run(source, rules(*lines))
    assert pq.read_schema(target).remove_metadata() == schema


def test_places_stay_numbers_where_they_were(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"lat": 11.5564, "both": "11.5564,104.9282"}, {"lat": None, "both": "11.5564"}]
    step = "{action: generalise, to: grid, step: 0.1}"
    target, _ = run(write(tmp_path / "a.parquet", rows), rules(f"lat: {step}", f"both: {step}"))
    assert read(target) == [{"lat": 11.5, "both": "11.5,104.9"}, {"lat": None, "both": "11.5"}]


@pytest.mark.parametrize(
    ("kind", "rule", "words"),
    [
        (pa.struct([("x", pa.string())]), "a: keep", "a.NAME"),
        (pa.list_(pa.string()), "a: keep", "a[]"),
        (pa.map_(pa.string(), pa.string()), "a: keep", "nested"),
        (pa.map_(pa.string(), pa.string()), "a.x: keep", "no rule"),
        (pa.struct([("x", pa.string()), ("y", pa.string())]), "a.x: keep", "a.y"),
        (pa.list_(pa.struct([("x", pa.string())])), "'a[].y': keep", "a[].x"),
        (pa.string(), "b: keep", "no rule"),
        (pa.string(), "a: drop", "no column"),
    ],
)
def test_what_no_rule_names_does_not_pass(tmp_path: Path, kind: Any, rule: str, words: str) -> None:
    source = write(tmp_path / "a.parquet", [{"a": None}], pa.schema([("a", kind)]))
    with pytest.raises(BadData) as caught:
        run(source, rules(rule))
    assert words in caught.value.detail
    assert list((tmp_path / "out").iterdir()) == []


def test_unlisted_columns_can_be_left_out(tmp_path: Path) -> None:
    source = write(tmp_path / "a.parquet", [{"a": 1, "b": "Dara Sok", "c": {"d": "Dara Sok", "e": 2}}])
    target, report = run(source, rules("a: keep", "c.e: keep"), drop_unlisted=True)
    assert read(target) == [{"a": 1, "c": {"e": 2}}]
    assert list(report.dropped) == ["b", "c.d"]
    assert b"Dara" not in target.read_bytes()


def test_a_long_row_group_is_read_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The most Arrow ever held at once stays far below the file; with one great batch it does not."""
    rows = 40_000
    table = pa.table({"a": pa.array([f"{number:01000d}" for number in range(rows)]), "b": pa.array(range(rows))})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=rows, use_dictionary=False, compression="none")
    whole = table.nbytes
    del table
    text = rules("a: {action: pseudonym, kind: x, normalise: exact}", "b: keep")

    def held() -> int:
        before = pa.default_memory_pool()
        with_own = pa.proxy_memory_pool(before)
        pa.set_memory_pool(with_own)
        try:
            assert run(tmp_path / "a.parquet", text)[1].rows == rows
            return int(with_own.max_memory())
        finally:
            pa.set_memory_pool(before)

    assert 0 < held() < whole / 2
    monkeypatch.setattr(pseudonyms_parquet, "BATCH", rows)
    assert held() > whole  # the planted fault
