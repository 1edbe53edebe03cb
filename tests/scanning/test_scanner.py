# SPDX-License-Identifier: Apache-2.0
"""The verdict: strongest action wins, a match counts on broken content, and broken content never passes."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from krama.errors import BadInput, BadSignal
from krama.scanning import Content, Pdq, Scanner, pdq_of
from krama.signals import Action, HashList, SeverityCode, Signal, SignalType, Snapshot, hash_of, listed_value
from krama.testing import animation, changed_copy, encoded, jpeg, landscape, pattern

NOW = datetime(2027, 1, 1, tzinfo=UTC)
KNOWN = landscape(1)
TEXT = b"a letter that is called picture.jpg"


def clock() -> datetime:
    return NOW


def pdq_signal(value: str, **fields: object) -> Signal:
    return Signal(SignalType.PDQ, value, **fields)  # type: ignore[arg-type]


def scanner(*signals: Signal, action: Action = Action.BLOCK, radius: int = 31) -> Scanner:
    known = HashList("known", "an owner", "a basis", labels=("landscape",), action=action, radius=radius)
    return Scanner(Snapshot.of([(known, signals)], version="v1"), clock=clock)


WATCHFUL = scanner(pdq_signal(pdq_of(KNOWN).value, labels=("hills",), severity=SeverityCode("x", "1", "A")))


def test_a_changed_copy_is_blocked_and_an_unrelated_picture_is_not() -> None:
    found = WATCHFUL.scan(Content.of_bytes(jpeg(changed_copy(KNOWN), quality=60)))
    assert (found.verdict, found.reason, found.detail) == ("block", "match", None)
    assert found.matches[0].distance <= 31
    assert WATCHFUL.scan(Content.of_bytes(jpeg(landscape(2)))).reason == "no_match"


def test_the_answer_has_the_shape_of_the_api() -> None:
    data = encoded(KNOWN, "PNG")
    answer = WATCHFUL.scan(Content.of_bytes(data)).to_json()
    value = pdq_of(KNOWN).value
    assert str(uuid.UUID(str(answer.pop("scan_id"))))
    assert answer == {
        "verdict": "block",
        "reason": "match",
        "detail": None,
        "matches": [
            {"list": "known", "signal_type": "pdq", "value": value, "distance": 0, "labels": ["landscape", "hills"]}
        ],
        "content": {
            "sha256": hashlib.sha256(data).hexdigest(),
            "sha1": hashlib.sha1(data, usedforsecurity=False).hexdigest(),
            "md5": hashlib.md5(data, usedforsecurity=False).hexdigest(),
            "pdq": value,
            "url": None,
            "pdq_quality": 100,
            "media_type": "image/png",
            "width": 640,
            "height": 480,
        },
        "snapshot": "v1",
        "took_ms": 0.0,
    }


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256"])
def test_an_exact_match_counts_on_what_cannot_be_decoded(name: str) -> None:
    signal = Signal(SignalType(name), hashlib.new(name, TEXT).hexdigest())
    found = scanner(signal).scan(Content.of_bytes(TEXT))
    assert (found.verdict, found.reason) == ("block", "match")
    assert "not a picture" in (found.detail or "")


def test_a_match_counts_on_a_cut_picture() -> None:
    found = WATCHFUL.scan(Content.of_bytes(jpeg(KNOWN)[:-300]))
    assert (found.verdict, found.reason) == ("block", "match")


@pytest.mark.parametrize(
    ("data", "reason"), [(jpeg(pattern(8))[:-900], "truncated"), (TEXT, "undecodable"), (b"", "undecodable")]
)
def test_broken_content_without_a_match_is_for_review(data: bytes, reason: str) -> None:
    found = WATCHFUL.scan(Content.of_bytes(data))
    assert (found.verdict, found.reason, found.matches) == ("review", reason, ())
    assert "person" in (found.detail or "")


def test_a_match_on_an_observing_list_alone_lets_whole_content_through_but_not_broken_content() -> None:
    watching = scanner(pdq_signal(pdq_of(KNOWN).value), action=Action.OBSERVE)
    whole = watching.scan(Content.of_bytes(jpeg(KNOWN)))
    cut = watching.scan(Content.of_bytes(jpeg(KNOWN)[:-300]))
    assert (whole.verdict, whole.reason, len(whole.matches)) == ("allow", "match", 1)
    assert (cut.verdict, cut.reason, len(cut.matches)) == ("review", "truncated", 1)


@pytest.mark.parametrize(
    ("actions", "verdict"),
    [
        ([Action.OBSERVE, Action.BLOCK, Action.REVIEW], "block"),
        ([Action.OBSERVE, Action.REVIEW], "review"),
        ([Action.OBSERVE], "allow"),
    ],
)
def test_the_strongest_action_wins(actions: list[Action], verdict: str) -> None:
    signal = pdq_signal(pdq_of(KNOWN).value)
    lists = [(HashList(action, "o", "b", action=action), [signal]) for action in actions]
    found = Scanner(Snapshot.of(lists), clock=clock).scan(Content.of_bytes(jpeg(KNOWN)))
    assert (found.verdict, found.reason, len(found.matches)) == (verdict, "match", len(actions))


def test_a_known_frame_in_the_middle_of_an_animation_is_found_and_the_facts_are_the_first_frames() -> None:
    frames = [landscape(seed, (160, 120)) for seed in range(50, 62)]
    found = scanner(pdq_signal(pdq_of(frames[7]).value)).scan(Content.of_bytes(animation(frames, "PNG")))
    assert (found.verdict, found.matches[0].distance) == ("block", 0)
    assert found.content.pdq == pdq_of(frames[0]).value


def test_a_flat_picture_claims_no_pdq_match() -> None:
    flat = encoded(landscape(1).resize((2, 2)).resize((300, 300)).convert("L").point(lambda v: 100 + v // 50), "PNG")
    value = WATCHFUL.scan(Content.of_bytes(flat)).content
    assert value.pdq is not None
    assert (value.pdq_quality or 0) < 50
    assert scanner(pdq_signal(value.pdq)).scan(Content.of_bytes(flat)).reason == "no_match"


def test_bare_hashes_claim_matches_unless_they_state_a_low_quality() -> None:
    value = pdq_of(KNOWN).value
    assert WATCHFUL.scan(Content.of_hashes([("pdq", value, None)])).verdict == "block"
    assert WATCHFUL.scan(Content.of_hashes([("pdq", value.upper(), 50)])).verdict == "block"
    assert WATCHFUL.scan(Content.of_hashes([("pdq", value, 49)])).verdict == "allow"


@pytest.mark.parametrize("hashes", [[], [("pdq", "12", None)], [("pdq", "0" * 64, 101)], [("sha512", "0" * 128, None)]])
def test_hashes_of_wrong_form_are_refused(hashes: list[tuple[str, str, int | None]]) -> None:
    with pytest.raises(BadSignal):
        Content.of_hashes(hashes)


def test_the_repr_of_content_shows_nothing_of_it() -> None:
    assert "letter" not in repr(Content.of_bytes(TEXT))


def test_a_signal_that_expired_since_is_no_match() -> None:
    value = pdq_of(KNOWN).value
    content = Content.of_hashes([("pdq", value, None)])
    assert scanner(pdq_signal(value, expires=NOW)).scan(content).verdict == "allow"
    assert scanner(pdq_signal(value, expires=NOW + timedelta(seconds=1))).scan(content).verdict == "block"


def test_every_signal_is_named_once_nearest_first() -> None:
    value = int(pdq_of(KNOWN).value, 16)
    near = [f"{value ^ ((1 << bits) - 1):064x}" for bits in (31, 3, 32, 0)]
    found = scanner(*map(pdq_signal, near)).scan(Content.of_bytes(encoded(KNOWN, "PNG")))
    assert [match.distance for match in found.matches] == [0, 3, 31]


def test_a_scanner_that_loses_the_problem_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    read: Callable[..., tuple[list[object], object, object, object]] = Scanner._read  # type: ignore[assignment]
    monkeypatch.setattr(Scanner, "_read", lambda *a: (*read(*a)[:2], None, None))
    assert WATCHFUL.scan(Content.of_bytes(TEXT)).verdict == "allow"  # the fault the checks above would see


def test_pdq_is_public() -> None:
    assert isinstance(pdq_of(KNOWN), Pdq)


def test_addresses_are_looked_for_and_those_that_a_list_knows_are_told_apart() -> None:
    listed = Signal(SignalType.URL, listed_value(SignalType.URL, "http://bad.example/folder/"))
    content = Content().with_addresses(["https://good.example/", "HTTP://bad.example:81/folder/x"])
    found = scanner(listed).scan(content)
    assert (found.verdict, found.matches[0].value, found.matches[0].distance) == ("block", listed.value, 0)
    assert found.addresses == ("HTTP://bad.example:81/folder/x",)
    assert found.content.url == hash_of("good.example/")
    assert "bad.example" not in repr(found) + str(found.to_json()) + repr(content)
    assert scanner(listed).scan(Content().with_addresses(["https://good.example/"])).verdict == "allow"


def test_hashes_and_addresses_are_scanned_together() -> None:
    listed = Signal(SignalType.URL, hash_of("bad.example/"))
    content = Content.of_hashes([("md5", "0" * 32, None)]).with_addresses(["bad.example/x"])
    assert scanner(listed).scan(content).verdict == "block"
    assert scanner(Signal(SignalType.MD5, "0" * 32)).scan(content).addresses == ()


def test_an_address_without_a_host_is_refused_before_it_is_scanned() -> None:
    with pytest.raises(BadInput, match="names no host"):
        Content().with_addresses(["http://"])
