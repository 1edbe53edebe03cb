# SPDX-License-Identifier: Apache-2.0
"""The queue, its routes, waves and one's own accounts."""
