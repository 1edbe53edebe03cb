# SPDX-License-Identifier: Apache-2.0
"""Homes for the commands, the same as the server's tests use."""

from tests.server.houses import demo_house, demo_pattern, empty_house, real_house, real_pattern

__all__ = ["demo_house", "demo_pattern", "empty_house", "real_house", "real_pattern"]
