# SPDX-License-Identifier: Apache-2.0
"""Signals by chance, for properties."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from krama.signals import Action, HashList, SeverityCode, Signal, SignalType

WORDS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters=";"), min_size=1, max_size=12
).map(str.strip).filter(bool)  # fmt: skip
TIMES = st.integers(1_577_836_800, 3_786_912_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
SEVERITIES = st.builds(SeverityCode, WORDS, st.one_of(st.just(""), WORDS), WORDS)


@st.composite
def signals(draw: st.DrawFn) -> Signal:
    kind = draw(st.sampled_from(SignalType))
    return Signal(
        kind,
        draw(st.binary(min_size=kind.digits // 2, max_size=kind.digits // 2)).hex(),
        labels=tuple(draw(st.lists(WORDS, max_size=3, unique=True))),
        severity=draw(st.none() | SEVERITIES),
        source_ref=draw(st.just("") | WORDS),
        expires=draw(st.none() | TIMES),
    )


LISTS = st.lists(
    st.tuples(
        st.builds(
            HashList, WORDS, WORDS, WORDS, st.lists(WORDS, max_size=2).map(tuple), st.sampled_from(Action),
            st.integers(0, 256),
        ),
        st.lists(signals(), max_size=6),
    ),
    max_size=3,
    unique_by=lambda pair: pair[0].name,
)  # fmt: skip
