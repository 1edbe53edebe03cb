# SPDX-License-Identifier: Apache-2.0
"""CSV in and out: nothing good is lost, every bad line is named with its number and reason."""

from __future__ import annotations

import contextlib
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krama.signals import BadCsv, SeverityCode, Signal, SignalType, read_csv, write_csv
from tests.signals.made import signals

MD5 = "0123456789abcdef0123456789abcdef"


def written(these: list[Signal]) -> bytes:
    stream = io.StringIO(newline="")
    write_csv(these, stream)
    return stream.getvalue().encode()


@settings(deadline=None)
@given(st.lists(signals(), max_size=8), st.booleans())
def test_what_is_written_is_read_back(these: list[Signal], mark: bool) -> None:
    outcome = read_csv(io.BytesIO((b"\xef\xbb\xbf" if mark else b"") + written(these)))
    assert (outcome.signals, outcome.bad) == (these, [])


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_signals_or_a_clear_error(data: bytes) -> None:
    read_csv(io.BytesIO(b"signal_type,value\n" + data))
    with contextlib.suppress(BadCsv):
        read_csv(io.BytesIO(data))


def test_byte_order_mark_crlf_khmer_labels_and_unknown_columns_are_dealt_with() -> None:
    text = "\ufeffColour,Value,signal_type,labels,scheme,code,expires\r\n"
    text += f"red,{MD5.upper()},MD5,កុមារ; ទេសភាព ,uk,A,2027-01-31\r\n"
    assert read_csv(io.BytesIO(text.encode())).signals == [
        Signal(
            SignalType.MD5,
            MD5,
            ("កុមារ", "ទេសភាព"),
            SeverityCode("uk", "", "A"),
            expires=datetime(2027, 1, 31, tzinfo=UTC),
        )
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"md5,12", "md5 values have 32 hex digits; this one has 2."),
        (b"md5," + b"z" * 32, "only the digits 0-9 and a-f"),
        (b"sha512," + b"0" * 32, "give one of md5, sha1, sha256, pdq, url"),
        (b"md5", "this one has 0"),
        (b"md5,\xff\xfe", "not UTF-8"),
        (f"md5,{MD5},,uk".encode(), "both a scheme and a code"),
        (f"md5,{MD5},,,,soon".encode(), "give a date like 2027-01-31"),
    ],
)
def test_a_bad_line_is_named_and_the_good_ones_are_kept(line: bytes, reason: str) -> None:
    header = b"signal_type,value,labels,scheme,code,expires\n"
    outcome = read_csv(io.BytesIO(header + f"md5,{MD5}\n".encode() + line + f"\n\nmd5,{MD5}\n".encode()))
    assert len(outcome.signals) == 2
    assert [bad.number for bad in outcome.bad] == [3]
    assert reason in outcome.bad[0].reason
    assert outcome.bad[0].text.startswith(line[:3].decode())


@pytest.mark.parametrize("data", [b"", b"\n", b"type,hash\nmd5,12\n", b"signal_type\nmd5\n", b"\x00\x01\xff"])
def test_a_missing_header_is_a_clear_error(data: bytes) -> None:
    with pytest.raises(BadCsv, match="must name the columns signal_type and value"):
        read_csv(io.BytesIO(data))


def test_a_line_number_counts_lines_inside_quotes_too() -> None:
    outcome = read_csv(io.BytesIO(f'signal_type,value,labels\nmd5,{MD5},"a\nb"\nmd5,1\n'.encode()))
    assert [bad.number for bad in outcome.bad] == [4]


def test_withdrawn_signals_are_not_written() -> None:
    assert written([Signal(SignalType.MD5, MD5, withdrawn=datetime.now(UTC))]).count(b"\r\n") == 1


def test_the_stream_stays_open_for_its_owner() -> None:
    stream = io.BytesIO(b"signal_type,value\n")
    read_csv(stream)
    assert not stream.closed
