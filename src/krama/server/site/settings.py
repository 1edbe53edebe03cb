# SPDX-License-Identifier: Apache-2.0
"""Settings: read from the home and a few environment variables; nothing here is executed from data."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.utils.translation import gettext_lazy as _

from krama.server.site import logs
from krama.server.site.clocks import clocks
from krama.server.site.home import LOOPBACK, NO_HOME, home_or_none

SERVER = Path(__file__).resolve().parent.parent
HOME = home_or_none()

# Without a home (type checker, `--help`) nothing is served, so a passing secret will do.
SECRET_KEY = secrets.token_hex(32) if HOME.kind == NO_HOME else HOME.key("settings").hex()
KRAMA_IDENTIFIERS_KEY = secrets.token_bytes(32) if HOME.kind == NO_HOME else HOME.key("identifiers")
KRAMA_WEBHOOKS_KEY = secrets.token_bytes(32) if HOME.kind == NO_HOME else HOME.key("webhooks")
DEBUG = False

# Limits of an upload, and how many are held at once in one web process; see docs/reference/limits.md.
KRAMA_UPLOAD_PATH = "/api/v1/scan"
KRAMA_UPLOAD_LIMIT = int(os.environ.get("KRAMA_UPLOAD_LIMIT", 50 * 1024 * 1024))
KRAMA_FILE_LIMIT = int(os.environ.get("KRAMA_FILE_LIMIT", 16 * 1024 * 1024))  # a workbook, a proof
KRAMA_UPLOADS_AT_ONCE = int(os.environ.get("KRAMA_UPLOADS_AT_ONCE", 4))
KRAMA_UPLOAD_SECONDS = int(os.environ.get("KRAMA_UPLOAD_SECONDS", 60))
# Hours until a case is due, by severity: ours, between "as soon as identified" and the field's 24 h.
KRAMA_CLOCKS = clocks(os.environ.get("KRAMA_CLOCKS", "critical=1,high=4,medium=24,low=72"))
KRAMA_MEASURE_MINUTES = float(os.environ.get("KRAMA_MEASURE_MINUTES", 15))
# Live proofs: how often somebody looks, and what is too long; fractions are allowed. See docs/reference/proofs.md.
# A demo home looks more often: its visitor breaks something and waits for the red.
KRAMA_PROOF_SECONDS = float(os.environ.get("KRAMA_PROOF_SECONDS", 5 if HOME.is_demo else 20))
KRAMA_LOOP_SECONDS = float(os.environ.get("KRAMA_LOOP_SECONDS", 15 if HOME.is_demo else 40))
KRAMA_LIST_DAYS = float(os.environ.get("KRAMA_LIST_DAYS", 30))
KRAMA_SCAN_HOURS = float(os.environ.get("KRAMA_SCAN_HOURS", 24))
KRAMA_STAFF_REVIEW_DAYS = float(os.environ.get("KRAMA_STAFF_REVIEW_DAYS", 90))
KRAMA_TRAIL_ENTRIES = int(os.environ.get("KRAMA_TRAIL_ENTRIES", 10_000))
# A backup older than this is gone everywhere: then old keys are destroyed. See docs/reference/settings.md.
KRAMA_BACKUP_DAYS = int(os.environ.get("KRAMA_BACKUP_DAYS", 30))
_DOOR = os.environ.get("KRAMA_DOOR_PUBLIC")  # the public face, run apart, has its own copy
KRAMA_DOOR_PUBLIC = Path(_DOOR) if _DOOR else HOME.keys / "door-public"
KRAMA_APP_URL = os.environ.get("KRAMA_APP_URL", "")

ALLOWED_HOSTS = sorted({*LOOPBACK, urlsplit(HOME.url).hostname or "localhost"} if not HOME.is_demo else {*LOOPBACK})
CSRF_TRUSTED_ORIGINS = [] if HOME.is_demo else [HOME.url]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HOME.secure
SESSION_COOKIE_NAME = "krama_session"
CSRF_COOKIE_NAME = "krama_csrf"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = "krama_language"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "krama.server.web",
    "krama.server.trail",
    "krama.server.outbox",
    "krama.server.accounts",
    "krama.server.compartments",
    "krama.server.countries",
    "krama.server.lists",
    "krama.server.detections",
    "krama.server.cases",
    "krama.server.measures",
    "krama.server.assessments",
    "krama.server.desk",
    "krama.server.site",
]

MIDDLEWARE = [
    "krama.server.web.uploads.UploadGuard",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "krama.server.web.headers.Headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "krama.server.web.problems.ProblemPages",
]

ROOT_URLCONF = "krama.server.site.urls"
CSRF_FAILURE_VIEW = "krama.server.web.problems.csrf_failure"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SERVER / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "krama.server.site.context.shell",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
FORMS_URLFIELD_ASSUME_HTTPS = True

SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": HOME.folder / "krama.sqlite3",
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;",
    },
}
_POSTGRES = os.environ.get("KRAMA_DATABASE_URL", "")
DATABASES = {"default": dj_database_url.parse(_POSTGRES, conn_max_age=300) if _POSTGRES else SQLITE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Memory only: suspected material never touches a disk. The guard refuses what is larger before it is read.
FILE_UPLOAD_HANDLERS = ["krama.server.web.uploads.MemoryOnly"]
FILE_UPLOAD_MAX_MEMORY_SIZE = KRAMA_UPLOAD_LIMIT
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024  # every other body; these are not counted, so they are small

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("username", "name")}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/home"
LOGOUT_REDIRECT_URL = "/start"
ACCOUNT_ADAPTER = "krama.server.accounts.adapter.StaffOnly"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # nobody has an e-mail address here
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/start"
ACCOUNT_SESSION_REMEMBER = False
# By address generously: behind a proxy the whole staff has one. By name so that guessing stays hopeless.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "60/m/ip,10/5m/key", "change_password": "5/m/user"}
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "web_cache"}}

LANGUAGE_CODE = "en"
LANGUAGES = [("km", _("Khmer")), ("en", _("English"))]
LOCALE_PATHS = [HOME.folder / "wording" / "locale", SERVER / "locale"]  # the firm’s own reviewers go first
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("KRAMA_TIME_ZONE", "Asia/Phnom_Penh")

STATIC_URL = "/static/"
STATICFILES_DIRS = [SERVER / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

LOGGING_CONFIG = None
logs.set_up()
