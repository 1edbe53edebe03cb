# SPDX-License-Identifier: Apache-2.0
"""`krama keys`: the secret goes to standard output alone, once."""

from __future__ import annotations

import re

import pytest

from tests.server.houses import House

pytestmark = pytest.mark.loopback


def test_the_secret_stands_alone_on_standard_output(real_house: House) -> None:
    """So that `KEY=$(krama keys add ...)` works."""
    done = real_house.krama("keys", "add", "Our app", "--scope", "scan", "--scope", "measures:confirm")
    assert re.fullmatch(r"krama_[0-9a-f]{8}_[\w-]{43}\n", done.stdout)
    assert "shown only now" in done.stderr
    row = str(real_house.sql("SELECT name, prefix, secret_hash, scopes FROM accounts_key"))
    assert "measures:confirm" in row
    assert done.stdout.strip().split("_", 2)[2] not in row


@pytest.mark.parametrize("scopes", [[], ["--scope", "everything"]])
def test_no_or_unknown_scopes_make_no_key(real_house: House, scopes: list[str]) -> None:
    done = real_house.krama("keys", "add", "Our app", *scopes, status=2)
    assert "scope" in done.stderr.lower()
    assert real_house.one("SELECT count(*) FROM accounts_key") == 0
