# SPDX-License-Identifier: Apache-2.0
"""What users may import in their own tests: generated pictures, never real ones."""

from __future__ import annotations

from krama.testing.pictures import animation, changed_copy, encoded, jpeg, landscape, pattern

__all__ = ["animation", "changed_copy", "encoded", "jpeg", "landscape", "pattern"]
