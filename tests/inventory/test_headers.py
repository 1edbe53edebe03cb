# SPDX-License-Identifier: Apache-2.0
"""CSV headers and Parquet schemas: whatever the delimiter, the encoding or the nesting; never what lies below."""

from __future__ import annotations

from pathlib import Path

import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest

from krama.errors import BadInput
from krama.inventory.readers import csv_header
from krama.inventory.readers import parquet as reader


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (b"dob,name\n2011-01-01,x\n", ["dob", "name"]),
        ("\ufeffឈ្មោះ;ភេទ\r\nក;ប".encode(), ["ឈ្មោះ", "ភេទ"]),
        ("name\tថ្ងៃកំណើត\n".encode("utf-16"), ["name", "ថ្ងៃកំណើត"]),
        (b'"last, first"|"two\nlines"|c\n1|2|3', ["last, first", "two lines", "c"]),
        (b"\n\nsep=;\na;b\n", ["a", "b"]),
        ("pr\xe9nom;\xe2ge\n".encode("cp1252"), ["prénom", "âge"]),
        (b"one\n", ["one"]),
        (b"dob,name", ["dob", "name"]),
    ],
)
def test_names_in_the_first_line(tmp_path: Path, data: bytes, names: list[str]) -> None:
    file = tmp_path / "children.csv"
    file.write_bytes(data)
    reading = csv_header.read(file, "s")
    assert [one.name for one in reading.fields] == names
    assert {one.place for one in reading.fields} == {"children"}


@pytest.mark.parametrize("first", ["Sok Dara,2011-02-03,a", "x,sok@example.org", "1,2,3", "a,012 345 678"])
def test_a_first_line_of_data_is_refused_and_not_shown(tmp_path: Path, first: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(first + "\n")
    with pytest.raises(BadInput, match="looks like data") as caught:
        csv_header.read(file, "s")
    assert not any(word in caught.value.detail for word in first.split(",") if len(word) > 3)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"a\0b,c\n", b"x" * 200_000, b'"' + b"x\n" * 100_000])
def test_what_is_no_header_is_said(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(data)
    with pytest.raises(BadInput):
        csv_header.read(file, "s")


def test_parquet_with_nested_fields(tmp_path: Path) -> None:
    file = tmp_path / "lake.parquet"
    place = arrow.struct([("lat", arrow.float64()), ("kin", arrow.list_(arrow.struct([("phone", arrow.string())])))])
    schema = arrow.schema(
        [("id", arrow.int64()), ("where", place), ("tags", arrow.map_(arrow.string(), arrow.string()))]
    )
    parquet.write_table(schema.empty_table(), file)
    found = {f"{one.place}|{one.name}" for one in reader.read(file, "s").fields}
    assert found == {"lake|id", "lake|where", "lake.where|lat", "lake.where|kin", "lake.where.kin|phone", "lake|tags"}


@pytest.mark.parametrize("end", [b"", b"PAR1", b"\xff\xff\xff\x7fPAR1", b"\x05\0\0\0PAR1", b"\0\0\0\0PAR1"])
def test_a_broken_parquet_file_is_said(tmp_path: Path, end: bytes) -> None:
    file = tmp_path / "a.parquet"
    file.write_bytes(b"PAR1" + b"\x15\x99" * 40 + end)
    with pytest.raises(BadInput):
        reader.read(file, "s")
