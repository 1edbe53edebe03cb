# SPDX-License-Identifier: Apache-2.0
"""Several at one moment, on a real database: one writes a version, nobody's field stands twice."""

from __future__ import annotations

import pytest

from tests.server.confidentiality.made_lines import finding, scan
from tests.server.nursery import Nursery

pytestmark = pytest.mark.database


def test_of_three_who_change_a_line_at_one_moment_one_does(nursery: Nursery) -> None:
    (line,) = nursery.run(("write_line", {}))
    tries = [("change_line_together", {"line": line, "purpose": f"Purpose {number}"}) for number in range(3)]
    made = nursery.run(*tries)
    assert sorted(made, key=str) == [2, None, None]
    assert nursery.house.one("SELECT count(*) FROM confidentiality_lineversion") == 2


def test_the_same_scan_uploaded_twice_at_one_moment_stands_once(nursery: Nursery) -> None:
    content = scan(finding("dob"), finding("birth_year")).decode()
    made = nursery.run(*[("upload_together", {"content": content})] * 2)
    assert sorted(made, key=str) in ([0, 2], [2, None])
    assert nursery.house.one("SELECT count(*) FROM confidentiality_proposal") == 2
