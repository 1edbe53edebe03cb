# SPDX-License-Identifier: Apache-2.0
"""Settings of the public face run apart: no session, no account, no cookie, and none of the rooms that hold cases.

It reads one folder, its own; the home and the home's keys are closed to it.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.utils.translation import gettext_lazy as _

from krama.server.site import logs
from krama.server.site.faces import open_public, public_database, public_facts
from krama.server.site.home import LOOPBACK

SERVER = Path(__file__).resolve().parent.parent
HOME = open_public()
KRAMA_FACE = "public"

SECRET_KEY = HOME.key("settings").hex()
DEBUG = False
KRAMA_DOOR_PUBLIC = HOME.folder / "door-public"
KRAMA_TRAIL_KEY = HOME.key("trail")  # its own entries are sealed like any other
KRAMA_PEPPER = HOME.key("pepper")  # of reporters' receipts
KRAMA_FACTS = public_facts(HOME.folder)  # what the console publishes for everybody: numbers to call
KRAMA_EXIT_URL = os.environ.get("KRAMA_EXIT_URL", "")
KRAMA_CONSOLE_URL = os.environ.get("KRAMA_CONSOLE_URL", "").rstrip("/")

KRAMA_UPLOAD_PATH = ""
KRAMA_DELIVERY_PATH, KRAMA_DELIVERY_LIMIT = "", 0  # nothing comes here from a gate
KRAMA_FILE_LIMIT = KRAMA_UPLOAD_LIMIT = int(os.environ.get("KRAMA_FILE_LIMIT", 16 * 1024 * 1024))
KRAMA_UPLOADS_AT_ONCE = int(os.environ.get("KRAMA_UPLOADS_AT_ONCE", 4))
KRAMA_UPLOAD_SECONDS = int(os.environ.get("KRAMA_UPLOAD_SECONDS", 60))
KRAMA_BODY_LIMIT = 256 * 1024
KRAMA_WORDS_PATH, KRAMA_WORDS_LIMIT = "/report", 4 * 1024 * 1024
KRAMA_AT_ONCE = int(os.environ.get("KRAMA_AT_ONCE", 48))
FILE_UPLOAD_HANDLERS = ["krama.server.web.uploads.MemoryOnly"]
FILE_UPLOAD_MAX_MEMORY_SIZE = KRAMA_UPLOAD_LIMIT
DATA_UPLOAD_MAX_MEMORY_SIZE = KRAMA_WORDS_LIMIT

ALLOWED_HOSTS = sorted({*LOOPBACK, urlsplit(HOME.url).hostname or "localhost"})
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Rooms with a table that the public face may write to, and no other; faces.py and role.py say what it may there.
INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "django.forms",
    "krama.server.web",
    "krama.server.trail",
    "krama.server.outbox",
    "krama.server.compartments.apps.AtTheDoor",  # for a foreign key alone: its tables are closed to this role
    "krama.server.intake",
]
MIDDLEWARE = [
    "krama.server.web.crowded.Crowded",
    "krama.server.web.uploads.UploadGuard",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "krama.server.web.headers.Headers",
    "krama.server.web.language.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "krama.server.web.problems.ProblemPages",
]
ROOT_URLCONF = "krama.server.site.urls_public"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SERVER / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "krama.server.site.public_pages.shell",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
FORMS_URLFIELD_ASSUME_HTTPS = True

DATABASES = {"default": dj_database_url.parse(public_database(HOME.folder), conn_max_age=300, conn_health_checks=True)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("km", _("Khmer")), ("en", _("English"))]
LOCALE_PATHS = [HOME.folder / "locale", SERVER / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("KRAMA_TIME_ZONE", "Asia/Phnom_Penh")

STATIC_URL = "/static/"
STATICFILES_DIRS = [SERVER / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

LOGGING_CONFIG = None
logs.set_up()
