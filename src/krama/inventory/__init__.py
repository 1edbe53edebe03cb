# SPDX-License-Identifier: Apache-2.0
"""What does the firm hold on children, and how does it get less? Fields named, data sets pseudonymised, purges planned.

To name fields no row is read. No purge is ever run, and no field passes without a rule.
"""

from krama.inventory.model import Category, Finding, findings_from_json, findings_to_json
from krama.inventory.sarif import findings_to_sarif
from krama.inventory.scan import Outcome, scan_sources

__all__ = [
    "Category",
    "Finding",
    "Outcome",
    "findings_from_json",
    "findings_to_json",
    "findings_to_sarif",
    "scan_sources",
]
