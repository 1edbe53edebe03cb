# SPDX-License-Identifier: Apache-2.0
"""Notes and checkpoints: the known answers of the specification's and Go's own tests, and no forgery opens."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krama.errors import BadInput
from krama.ledger import Checkpoint, PublicKey, SigningKey, open_checkpoint, open_note, root_of

# golang.org/x/mod/sumdb/note, its example: key, text and signature (Ed25519 is deterministic).
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_NOTE = (
    GO_TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
# C2SP signed-note, its example.
SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
KEY = SigningKey("krama/trail/0", bytes(range(32)))
HEAD = Checkpoint("krama/trail/0", 3, root_of([b"a" * 32, b"b" * 32, b"c" * 32]))


def test_the_known_notes_open() -> None:
    assert open_note(GO_NOTE, PublicKey.parse(GO_KEY)) == GO_TEXT
    assert open_note(SPEC_NOTE, PublicKey.parse(SPEC_KEY)) == "This is an example message.\n"


def test_the_known_text_is_signed_as_known() -> None:
    key = SigningKey("PeterNeumann", GO_SEED)
    assert (str(key.public), key.sign(GO_TEXT)) == (GO_KEY, GO_NOTE)


def test_signatures_of_others_are_passed_over() -> None:
    assert open_note(GO_NOTE + ENOCH, PublicKey.parse(GO_KEY)) == GO_TEXT
    assert open_note(f"{GO_TEXT}\n{ENOCH}", PublicKey.parse(GO_KEY)) is None


@pytest.mark.parametrize(
    "note",
    [
        GO_NOTE.replace("answer", "Answer"),
        GO_NOTE.replace("x08go/ZJ", "x08go/ZK"),
        GO_NOTE[:-1],
        GO_NOTE.replace("\n\n", "\n"),
        GO_NOTE.replace("PeterNeumann x", "PeterNeumenn x"),
        GO_NOTE.replace("— Peter", "- Peter"),
        GO_NOTE + GO_NOTE.splitlines()[-1].replace("ZJkuBS", "ZJkuBT") + "\n",
        GO_NOTE.replace("know", "kn\tow"),
        GO_TEXT + "\n" + ENOCH * 16 + GO_NOTE.splitlines()[-1] + "\n",
        "",
        "\n\n",
    ],
)
def test_what_was_not_signed_so_does_not_open(note: str) -> None:
    assert open_note(note, PublicKey.parse(GO_KEY)) is None


@pytest.mark.parametrize(
    "text", ["", "PeterNeumann", GO_KEY[:-2], GO_KEY.replace("c74f20a3", "c74f20a4"), "a b+" + GO_KEY, GO_KEY * 2]
)
def test_a_damaged_public_key_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"public key|Public key"):
        PublicKey.parse(text)


@given(st.binary(min_size=32, max_size=32))
def test_a_public_key_reads_as_it_was_written(seed: bytes) -> None:
    key = SigningKey("krama/trail/1", seed).public
    assert PublicKey.parse(f"{key}\n") == key


@given(st.integers(0, 2**50), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_opens_as_it_was_signed(size: int, root: bytes) -> None:
    head = Checkpoint(KEY.public.name, size, root)
    assert open_checkpoint(head.signed(KEY), KEY.public) == head


def test_a_checkpoint_is_as_the_specification_writes_it() -> None:
    lines = HEAD.signed(KEY).split("\n")
    assert lines[:2] == ["krama/trail/0", "3"]
    assert base64.b64decode(lines[2]) == HEAD.root
    assert (lines[3], lines[5]) == ("", "")


@pytest.mark.parametrize("old", ["\n3\n", "krama/trail/0\n3"])
def test_a_checkpoint_changed_afterwards_does_not_open(old: str) -> None:
    assert open_checkpoint(HEAD.signed(KEY).replace(old, old.replace("3", "4")), KEY.public) is None


@pytest.mark.parametrize(
    "text",
    ["krama/trail/0\n03\nx\n", "krama/trail/0\n3\n", "krama/trail/0\n3\nAAAA\n", "other\n3\n" + "A" * 43 + "=\n"],
)
def test_a_note_that_is_no_checkpoint_of_this_log_is_none(text: str) -> None:
    assert open_checkpoint(KEY.sign(text), KEY.public) is None


def test_no_other_key_of_that_name_opens_it() -> None:
    other = SigningKey("krama/trail/0", bytes(32))
    assert open_checkpoint(HEAD.signed(other), KEY.public) is None


def test_a_signing_key_shows_no_seed() -> None:
    assert repr(KEY) == "SigningKey('krama/trail/0')"
