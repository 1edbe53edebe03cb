# SPDX-License-Identifier: Apache-2.0
"""Files as they come: hostile, damaged, in other encodings. Whole or not at all, and never a value in an error."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from krama.errors import BadHome, KramaError
from krama.inventory.pseudonyms import BadData, shown_name
from krama.inventory.pseudonyms_file import key_from, make_key_apart
from tests.inventory.sets import read, run

HEAD = b"id,name,phone,note,score\r\n"
NESTED = """
version: 1
fields:
  user.id: {action: pseudonym, kind: account, normalise: exact}
  user.guardian.phone: {action: pseudonym, kind: phone, normalise: phone}
  contacts[].phone: {action: pseudonym, kind: phone, normalise: phone}
  contacts[].label: keep
  tags[]: keep
  secret: drop
  born: {action: generalise, to: year}
  bio: {action: generalise, to: nothing}
  country: {action: fixed, value: KH}
"""


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()] if folder.exists() else []


def csv(folder: Path, body: bytes, name: str = "a.csv") -> Path:
    (folder / name).write_bytes(body)
    return folder / name


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"id;name;phone;note;score\r\n", "--delimiter ';'"),
        ("a.csv", b"77-Dara,Phnom\r\n78-Sok,Kep\r\n", "is the line with the names"),
        ("a.csv", b"id,id,name\r\n1,2,3\r\n", "stands twice"),
        ("a.csv", HEAD + b"1,2,3,4,5\r\n1,Dara,3,4\r\n", "Line 3: this row has 4 cells"),
        ("a.csv", HEAD + b"1,2,3,4,5,Dara\r\n", "Line 2: this row has 6 cells"),
        ("a.csv", HEAD + b'1,"Dara"x,3,4,5\r\n', "Line 2: this is not CSV"),
        ("a.csv", HEAD + b'1,"Dara,3,4,5\r\n', "this is not CSV"),
        ("a.csv", HEAD + b"1,Dara\0,3,4,5\r\n", "Line 2: a NUL"),
        ("a.csv", HEAD + b"1,2,3,4,5\r\n1,Dara\xff,3,4,5\r\n", "Line 3: this is not utf-8"),
        ("a.csv", HEAD.decode().encode("utf-16-le"), "NUL"),
        ("a.csv", HEAD + b"1,Dara" + b"x" * 1_100_000 + b",3,4,5\r\n", "this is not CSV"),
        ("a.csv", b"id,name,phone,note,score,email\r\n1,2,3,4,5,Dara\r\n", "no rule, so nothing was written: email"),
        ("a.jsonl", b'{"id": "1", "Dara": {"x": 1}}\n', "no rule"),
        ("a.jsonl", b'{"id": "1"}\n{"id": "Dara"\n', "Line 2: this is not JSON"),
        ("a.jsonl", b'["Dara"]\n', "not an object"),
        ("a.jsonl", b'{"id": ["Dara"]}\n', "holds a list"),
        ("a.jsonl", b'{"id": {"x": "Dara"}}\n', "holds an object"),
        ("a.jsonl", b'{"score": NaN, "id": "Dara"}\n', "Line 1: this holds a number"),
        ("a.jsonl", b'{"score": 1e999, "id": "Dara"}\n', "Line 1: this holds a number"),
        ("a.jsonl", b'{"id": "Dara", "id": "2"}\n', "a number or key"),
        ("a.jsonl", b'{"score": "\\ud800", "id": "Dara"}\n', "half a character"),
        ("a.jsonl", b'{"id": "\\ud800Dara"}\n', "half a character"),
        ("a.jsonl", b"[" * 100_000 + b"\n", "nested too deep"),
        ("a.jsonl", b'{"id": "Dara\xff"}\n', "not utf-8"),
        ("a.jsonl", b'{"score": ' + b"9" * 5000 + b"}\n", "a number or key"),
        ("a.parquet", b"PAR1 Dara PAR1", "Parquet"),
        ("a.parquet", b"", "Parquet"),
        ("a.txt", b"Dara", "--format"),
    ],
)
def test_bad_files_are_refused_whole(tmp_path: Path, name: str, body: bytes, words: str) -> None:
    with pytest.raises(BadData) as caught:
        run(csv(tmp_path, body, name))
    assert words in caught.value.detail
    assert "Dara" not in caught.value.detail.replace("no rule, so nothing was written: Dara", "")
    assert names(tmp_path / "out") == []


def test_a_key_that_is_a_value_is_described_and_not_printed() -> None:
    assert shown_name("user.guardian_phone") == "user.guardian_phone"
    assert shown_name("ឈ្មោះកុមារ") == "ឈ្មោះកុមារ"
    assert shown_name("contacts[].phone") == "contacts[].phone"
    for value in ("friends.+85512345678", "dara@example.org", "2012-03-04", "x\x1b[31m", "id 12345678"):
        assert value not in shown_name(value)


def test_csv_as_it_comes(tmp_path: Path) -> None:
    body = b"\xef\xbb\xbf" + HEAD + b'1,"Sok, ""D""","012\n345678",x,"a\r\nb"\n\n2,Dara,,y,"-1.5"\n'
    target, report = run(csv(tmp_path, body))
    rows = read(target)
    assert target.read_bytes().startswith(b"\xef\xbb\xbfid,name,phone,score\r\n")
    assert [row["score"] for row in rows] == ["a\r\nb", "-1.5"]
    assert rows[1]["phone"] == ""
    assert (report.rows, report.blank_lines) == (2, 1)


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1252"])
def test_other_encodings_come_out_as_utf_8(tmp_path: Path, encoding: str) -> None:
    body = (HEAD.decode() + "1,2,3,4,é\r\n").encode(encoding)
    target, report = run(csv(tmp_path, body), encoding="utf-8" if encoding == "utf-16" else encoding)
    assert read(target)[0]["score"] == "é"
    assert "UTF-8" in report.notes[0]


def test_an_encoding_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="After line 0: this is not ascii"):
        run(csv(tmp_path, HEAD + "1,2,3,4,é\r\n".encode()), encoding="ascii")
    with pytest.raises(BadData, match="no encoding"):
        run(csv(tmp_path, HEAD), encoding="klingon")


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1", "+855 12"])
def test_formulas_come_out_as_text(tmp_path: Path, cell: str) -> None:
    source = csv(tmp_path, HEAD + f'1,2,3,4,"{cell}"\r\n'.encode())
    target, report = run(source)
    assert (read(target)[0]["score"], report.formulas) == ("'" + cell, 1)
    assert read(run(source, keep_formulas=True)[0])[0]["score"] == cell


def test_the_name_of_a_column_is_no_formula_either(tmp_path: Path) -> None:
    rules = "version: 1\nfields:\n  '=x()': keep\n  b: keep"
    assert run(csv(tmp_path, b"=x(),b\r\n1,2\r\n"), rules)[0].read_bytes().startswith(b"'=x(),b")


@pytest.mark.parametrize("cell", ["-5", "+1.25", "5", "a=b"])
def test_numbers_are_no_formulas(tmp_path: Path, cell: str) -> None:
    target, report = run(csv(tmp_path, HEAD + f"1,2,3,4,{cell}\r\n".encode()))
    assert (read(target)[0]["score"], report.formulas) == (cell, 0)


def test_nested_fields(tmp_path: Path) -> None:
    body = (
        '{"user": {"id": 7, "guardian": {"phone": "012 345 678"}}, "contacts": '
        '[{"phone": "+85512345678", "label": "mum"}, {"phone": null}, {}], "tags": ["a", 1.5], "secret": {"deep": '
        '["Dara"]}, "born": "2012-03-04", "bio": ["Dara"], "country": {"x": "Dara"}}\n{"user": null, "contacts": []}\n'
    )
    target, report = run(csv(tmp_path, body.encode(), "a.jsonl"), NESTED)
    first, second = read(target)
    assert first["user"]["guardian"]["phone"] == first["contacts"][0]["phone"] != ""
    assert first["contacts"][0]["label"] == "mum"
    assert first["contacts"][1:] == [{"phone": None}, {}]
    assert (first["tags"], first["born"], first["bio"], first["country"]) == (["a", 1.5], 2012, None, "KH")
    assert second == {"user": None, "contacts": []}
    assert "secret" not in first
    assert b"Dara" not in target.read_bytes()
    assert report.unused == ()


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ('{"user": {"id": 1, "email": "Dara"}}', "user.email (line 1)"),
        ('{"contacts": [{"phone": "1"}, {"deep": {"x": "Dara"}}]}', "contacts[].deep (line 1)"),
        ('{"user": "Dara"}', "user (line 1)"),
        ('{"contacts": {"phone": "Dara"}}', "contacts (line 1)"),
        ('{"contacts": [["Dara"]]}', "contacts[] (line 1)"),
        ('{"tags": [["Dara"]]}', ""),
        ('{"[]": "Dara"}', "a name of 2 characters"),
    ],
)
def test_what_no_rule_names_does_not_pass_at_any_depth(tmp_path: Path, line: str, name: str) -> None:
    source = csv(tmp_path, line.encode() + b"\n", "a.jsonl")
    with pytest.raises(BadData) as caught:
        run(source, NESTED)
    assert name in caught.value.detail
    assert "Dara" not in caught.value.detail
    if name:
        target, report = run(source, NESTED, drop_unlisted=True)
        assert b"Dara" not in target.read_bytes()
        assert report.dropped


def test_unlisted_columns_can_be_left_out(tmp_path: Path) -> None:
    source = csv(tmp_path, b"id,email,name,phone,note\r\n1,dara@example.org,Dara,2,3\r\n")
    target, report = run(source, drop_unlisted=True)
    assert list(read(target)[0]) == ["id", "name", "phone"]
    assert (list(report.dropped), report.unused) == (["email"], ("score",))


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    source = csv(tmp_path, HEAD + b"1,2,3,4,5\r\n")
    target, _ = run(source)
    before = target.read_bytes()
    with pytest.raises(BadData, match="--force"):
        run(source, force=False)
    run(source, dry_run=True, force=False)
    source.write_bytes(HEAD + b"1,2,3\r\n")
    with pytest.raises(BadData):
        run(source)  # with force, and bad: the old one stays
    assert target.read_bytes() == before
    assert names(target.parent) == ["a.csv"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


@pytest.mark.parametrize("link", ["same", "hard", "soft"])
def test_the_source_is_never_written_over(tmp_path: Path, link: str) -> None:
    source = csv(tmp_path, HEAD)
    (tmp_path / "out").mkdir()
    out = tmp_path / "out" / "a.csv"
    if link == "same":
        source.rename(out)
        source.symlink_to(out)
    else:
        (out.hardlink_to if link == "hard" else out.symlink_to)(source)
    with pytest.raises(BadData, match="one file"):
        run(source)


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    _, report = run(csv(tmp_path, HEAD + b"1,2,3,4,5\r\n"), dry_run=True)
    assert report.rows == 1
    assert names(tmp_path / "out") == []


def test_keys_are_made_once_and_for_their_owner(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    key, data = tmp_path / "keys" / "key", tmp_path / "data.csv"
    make_key_apart(key, data)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key_from(key, data).of("a", "b") == key_from(key, data).of("a", "b")
    with pytest.raises(BadHome, match="there already"):
        make_key_apart(key, data)
    with pytest.raises(BadHome, match="mkdir"):
        make_key_apart(tmp_path / "none" / "key", data)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    (tmp_path / "keys").mkdir()
    key = tmp_path / "keys" / "key"
    make_key_apart(key)
    key.chmod(mode)
    with pytest.raises(BadHome, match="chmod 600"):
        key_from(key, tmp_path / "out.csv")


def test_a_key_beside_the_data_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(BadHome, match="same folder"):
        make_key_apart(tmp_path / "key", tmp_path / "link" / "out.csv")
    (tmp_path / "keys").mkdir()
    make_key_apart(tmp_path / "keys" / "key")
    with pytest.raises(BadHome, match="same folder"):
        key_from(tmp_path / "keys" / "key", tmp_path / "keys" / "out.csv")


@pytest.mark.parametrize("body", ["", "zz", "00" * 31])
def test_a_damaged_key_is_refused(tmp_path: Path, body: str) -> None:
    (tmp_path / "keys").mkdir()
    key = tmp_path / "keys" / "key"
    key.write_text(body)
    key.chmod(0o600)
    with pytest.raises(KramaError):
        key_from(key, tmp_path / "out.csv")
