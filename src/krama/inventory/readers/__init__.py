# SPDX-License-Identifier: Apache-2.0
"""One file a form of schema. Each reads names, types and comments, within bounds, and never a value."""
