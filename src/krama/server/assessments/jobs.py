# SPDX-License-Identifier: Apache-2.0
"""The assessments' part of the job loop."""
