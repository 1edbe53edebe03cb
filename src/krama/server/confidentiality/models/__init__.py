# SPDX-License-Identifier: Apache-2.0
"""Tables of the register, a file a concern."""

from krama.server.confidentiality.models.impact import Impact, Treatment
from krama.server.confidentiality.models.inventory import Proposal, Scan
from krama.server.confidentiality.models.register import Line, LineVersion, Weighing

__all__ = ["Impact", "Line", "LineVersion", "Proposal", "Scan", "Treatment", "Weighing"]
