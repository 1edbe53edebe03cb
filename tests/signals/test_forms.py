# SPDX-License-Identifier: Apache-2.0
"""Lists as ThreatExchange's tools and HMA write them: read as they stand, bad lines named."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krama.signals import BadCsv, Signal, SignalType, hash_of, read_signals, write_csv
from tests.signals.made import signals

PDQ, OTHER, MD5 = "f8" * 32, "0f" * 32, "ab" * 16


def read(text: str, type: SignalType | None = None) -> list[Signal]:
    outcome = read_signals(io.BytesIO(text.encode()), type)
    assert outcome.bad == []
    return outcome.signals


def test_tx_dataset_as_csv() -> None:
    text = "signal_type,signal_str,collab,category,tags\r\n"
    text += f"pdq,{PDQ},Sample Signals,INVESTIGATION_SEED,\r\nvideo_md5,{MD5},Other,POSITIVE_CLASS,one two\r\n"
    assert read(text) == [
        Signal(SignalType.PDQ, PDQ, source_ref="Sample Signals"),
        Signal(SignalType.MD5, MD5, ("one", "two"), source_ref="Other"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "signal_type,signal_str,collab,category,tags\n" + f"pdq,{PDQ},Sample,NEGATIVE_CLASS,\npdq,{OTHER},S,,\n",
        f"pdq {PDQ} 'Sample' NEGATIVE_CLASS\npdq {OTHER}\n",
    ],
)
def test_what_is_known_to_be_harmless_is_left_out_by_name(text: str) -> None:
    outcome = read_signals(io.BytesIO(text.encode()))
    assert [signal.value for signal in outcome.signals] == [OTHER]
    assert [bad.reason for bad in outcome.bad] == ["It is NEGATIVE_CLASS: known to be harmless, so it is on no list."]


def test_local_file_and_tx_dataset_in_lines() -> None:
    text = (
        f"\ufeffpdq {PDQ} 'Sample Signals' INVESTIGATION_SEED\r\npdq {OTHER}\n\nurl http://Bad.example/a\nMD5\t{MD5}\n"
    )
    assert read(text) == [
        Signal(SignalType.PDQ, PDQ, source_ref="Sample Signals"),
        Signal(SignalType.PDQ, OTHER),
        Signal(SignalType.URL, hash_of("bad.example/a")),
        Signal(SignalType.MD5, MD5),
    ]


@pytest.mark.parametrize(
    ("line", "labels", "ref"),
    [
        (PDQ, (), ""),
        (f"{PDQ} 'Sample' INVESTIGATION_SEED", (), "Sample"),
        (f"{PDQ},a picture", (), "a picture"),
        (f"hash={PDQ},norm=118,delta=0,quality=100,filename=x.jpg", (), ""),
        (f"{PDQ},4201,2026-07-31T18:47:45+0000,one two", ("one", "two"), "4201"),
        (f"{PDQ},77,4201,2026-07-31T18:47:45+0000,one", ("one",), "77"),
    ],
)
def test_one_signal_a_line_of_a_type_said_beside(line: str, labels: tuple[str, ...], ref: str) -> None:
    assert read(f"{line}\n", SignalType.PDQ) == [Signal(SignalType.PDQ, PDQ, labels, source_ref=ref)]


def test_a_bad_line_is_named_and_the_good_ones_are_kept() -> None:
    outcome = read_signals(io.BytesIO(f"pdq {PDQ}\npdq\nraw_text hello\npdq 12\npdq {OTHER}\n".encode()))
    assert [signal.value for signal in outcome.signals] == [PDQ, OTHER]
    assert [bad.number for bad in outcome.bad] == [2, 3, 4]


@settings(deadline=None)
@given(st.lists(signals(), max_size=8))
def test_our_own_csv_is_read_as_ever(these: list[Signal]) -> None:
    stream = io.StringIO(newline="")
    write_csv(these, stream)
    assert read(stream.getvalue()) == these


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from([None, *SignalType]))
def test_any_bytes_give_signals_or_a_clear_error(data: bytes, type: SignalType | None) -> None:
    with contextlib.suppress(BadCsv):
        read_signals(io.BytesIO(data), type)
    read_signals(io.BytesIO(b"pdq " + data), type or SignalType.PDQ)


@pytest.mark.parametrize("data", [b"", b"\n", b"type,hash\nmd5,12\n", b"words that are no list\n"])
def test_what_is_of_no_form_is_a_clear_error(data: bytes) -> None:
    with pytest.raises(BadCsv, match="must name the columns signal_type and value"):
        read_signals(io.BytesIO(data))
