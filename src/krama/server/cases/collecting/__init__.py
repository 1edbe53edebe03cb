# SPDX-License-Identifier: Apache-2.0
"""From a detection or a report to a case: by the round, by itself where a round fails, and late."""
