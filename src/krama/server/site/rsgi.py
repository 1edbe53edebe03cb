# SPDX-License-Identifier: Apache-2.0
"""What granian serves: Django behind a front that reads no body before the house has taken it."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

from krama.server.site.faces import settings_module

os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module())
django = get_wsgi_application()

from django.conf import settings  # noqa: E402 - read after Django was told which

from krama.server.web.front import Front  # noqa: E402
from krama.server.web.uploads import is_small  # noqa: E402

THREADS_FOR_PAGES = 4  # beside the uploads, so that these never keep a person waiting
application = Front(
    django,
    awaits=is_small,
    threads=settings.KRAMA_UPLOADS_AT_ONCE + THREADS_FOR_PAGES,
    seconds=settings.KRAMA_UPLOAD_SECONDS,
    most=settings.KRAMA_AT_ONCE,
)
# What was loaded stays for good: the collector need not walk it again while somebody waits for a page.
gc.collect()
gc.freeze()
# At the default of 700 a page is stopped four times for what is young, and each thirtieth for all that lives.
gc.set_threshold(20_000, 10, 10)
