# SPDX-License-Identifier: Apache-2.0
"""The planted fault: Krama's settings with Django's own upload handlers, which spill what is large to a disk."""

from __future__ import annotations

from django.conf import global_settings

from krama.server.site.settings import *  # noqa: F403

FILE_UPLOAD_HANDLERS = global_settings.FILE_UPLOAD_HANDLERS
FILE_UPLOAD_MAX_MEMORY_SIZE = global_settings.FILE_UPLOAD_MAX_MEMORY_SIZE
