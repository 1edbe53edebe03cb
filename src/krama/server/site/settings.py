# SPDX-License-Identifier: Apache-2.0
"""Settings: read from the home and a few environment variables; nothing here is executed from data."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.utils.translation import gettext_lazy as _

from krama.sealing import KeyedHash
from krama.server.intake.doors.gateway import fields_of
from krama.server.site import logs
from krama.server.site.clocks import clocks, office, waves
from krama.server.site.faces import Face, face, published_facts
from krama.server.site.home import LOOPBACK, NO_HOME, home_or_none
from krama.server.site.mail import mail_settings
from krama.server.site.oidc import oidc_apps, oidc_of

SERVER = Path(__file__).resolve().parent.parent
HOME = home_or_none()
KRAMA_FACE = face()

# Without a home (type checker, `--help`) nothing is served, so a passing secret will do.
SECRET_KEY = secrets.token_hex(32) if HOME.kind == NO_HOME else HOME.key("settings").hex()
KRAMA_IDENTIFIERS_KEY = secrets.token_bytes(32) if HOME.kind == NO_HOME else HOME.key("identifiers")
KRAMA_WEBHOOKS_KEY = secrets.token_bytes(32) if HOME.kind == NO_HOME else HOME.key("webhooks")
# Seals sessions, and the secrets of second factors.
KRAMA_SIGN_IN_KEY = KeyedHash(bytes.fromhex(SECRET_KEY)).derive("sign-in")
# Seals the addresses of who is woken at night, and makes the links in their messages.
KRAMA_CALLOUT_KEY = KeyedHash(bytes.fromhex(SECRET_KEY)).derive("callout")
KRAMA_OIDC = oidc_of(os.environ)
KRAMA_TRAIL_KEY = secrets.token_bytes(32) if HOME.kind == NO_HOME else HOME.key("trail")
KRAMA_TRAIL_SIGNING_KEY = secrets.token_bytes(32) if HOME.kind == NO_HOME else HOME.key("trail-signing")
KRAMA_PEPPER = secrets.token_bytes(32) if HOME.kind == NO_HOME else HOME.key("pepper")  # of reporters' receipts
DEBUG = False

# Limits of an upload, and how many are held at once in one web process; see docs/reference/limits.md.
KRAMA_UPLOAD_PATH = "/api/v1/scan"
KRAMA_UPLOAD_LIMIT = int(os.environ.get("KRAMA_UPLOAD_LIMIT", 50 * 1024 * 1024))
KRAMA_FILE_LIMIT = int(os.environ.get("KRAMA_FILE_LIMIT", 16 * 1024 * 1024))  # a workbook, a proof
KRAMA_BODY_LIMIT = 256 * 1024  # every other body; these are not counted, so they are small
# What a child types may be long: a megabyte of Khmer is three times as much on its way.
KRAMA_WORDS_PATH, KRAMA_WORDS_LIMIT = "/report", 4 * 1024 * 1024
# A hundred findings of a gate, each with its matches.
KRAMA_DELIVERY_PATH, KRAMA_DELIVERY_LIMIT = "/api/v1/detections", 4 * 1024 * 1024
KRAMA_UPLOADS_AT_ONCE = int(os.environ.get("KRAMA_UPLOADS_AT_ONCE", 4))
KRAMA_UPLOAD_SECONDS = int(os.environ.get("KRAMA_UPLOAD_SECONDS", 60))
KRAMA_AT_ONCE = int(os.environ.get("KRAMA_AT_ONCE", 48))  # requests in one web process; more are told to wait
KRAMA_WAVES = waves(os.environ.get("KRAMA_WAVES", ""))  # so many alike reports in so many days
KRAMA_LOOK_HOURS = float(os.environ.get("KRAMA_LOOK_HOURS", 72))  # until when a second look is given
KRAMA_STEP_PACE = float(os.environ.get("KRAMA_STEP_PACE", 1))  # the hours of playbooks' steps, times this
# Hours until a case is due, by severity; what is not named here stands in the country's facts, with its source.
KRAMA_CLOCKS = clocks(os.environ.get("KRAMA_CLOCKS", ""))
# Counted only by clocks whose unit is working days, and never by that of an emergency.
KRAMA_OFFICE_HOURS = office(os.environ.get("KRAMA_OFFICE_HOURS", "mon-fri 08:00-17:00"))
KRAMA_LEASE_MINUTES = float(os.environ.get("KRAMA_LEASE_MINUTES", 15))  # how long a case is one person's, unused
KRAMA_MEASURE_MINUTES = float(os.environ.get("KRAMA_MEASURE_MINUTES", 15))
KRAMA_RECHECK_HOURS = float(os.environ.get("KRAMA_RECHECK_HOURS", 24))
# Live proofs: how often somebody looks, and what is too long; fractions are allowed. See docs/reference/proofs.md.
# A demo home looks more often: its visitor breaks something and waits for the red.
KRAMA_PROOF_SECONDS = float(os.environ.get("KRAMA_PROOF_SECONDS", 5 if HOME.is_demo else 20))
KRAMA_LOOP_SECONDS = float(os.environ.get("KRAMA_LOOP_SECONDS", 15 if HOME.is_demo else 40))
KRAMA_LIST_DAYS = float(os.environ.get("KRAMA_LIST_DAYS", 30))
KRAMA_SCAN_HOURS = float(os.environ.get("KRAMA_SCAN_HOURS", 24))
KRAMA_STAFF_REVIEW_DAYS = float(os.environ.get("KRAMA_STAFF_REVIEW_DAYS", 90))
# The child's door: how long a report may wait to reach a case, and for an answer; how long a test of the door holds.
KRAMA_REPORT_SECONDS = float(os.environ.get("KRAMA_REPORT_SECONDS", 60))
KRAMA_ANSWER_HOURS = float(os.environ.get("KRAMA_ANSWER_HOURS", 24))
KRAMA_DOOR_TEST_DAYS = float(os.environ.get("KRAMA_DOOR_TEST_DAYS", 31))
# How long what a reviewer had in front of them is counted, for themselves alone: a week, and the day itself.
KRAMA_EXPOSURE_DAYS = int(os.environ.get("KRAMA_EXPOSURE_DAYS", 8))
KRAMA_COUNSELLOR_DAYS = int(os.environ.get("KRAMA_COUNSELLOR_DAYS", 365))  # how long a call to the counsellor holds
KRAMA_TRAIL_ENTRIES = int(os.environ.get("KRAMA_TRAIL_ENTRIES", 10_000))
# A backup older than this is gone everywhere: then old keys are destroyed. See docs/reference/settings.md.
KRAMA_BACKUP_DAYS = int(os.environ.get("KRAMA_BACKUP_DAYS", 30))
_DOOR = os.environ.get("KRAMA_DOOR_PUBLIC")  # the public face, run apart, has its own copy
KRAMA_DOOR_PUBLIC = Path(_DOOR) if _DOOR else HOME.keys / "door-public"
# Where signed checkpoints and leaf hashes go: outside the database, best on another machine.
KRAMA_WITNESS = Path(os.environ.get("KRAMA_WITNESS") or HOME.keys / "witness")
KRAMA_WITNESS_SECONDS = float(os.environ.get("KRAMA_WITNESS_SECONDS", 1))
KRAMA_WITNESS_ENTRIES = int(os.environ.get("KRAMA_WITNESS_ENTRIES", 256))
KRAMA_WITNESS_EMAIL = os.environ.get("KRAMA_WITNESS_EMAIL", "")
KRAMA_EMAIL_URL = os.environ.get("KRAMA_EMAIL_URL", "")
globals().update(mail_settings(KRAMA_EMAIL_URL, os.environ.get("KRAMA_EMAIL_PASSWORD_FILE", "")))
KRAMA_FACTS = None if HOME.kind == NO_HOME else published_facts(HOME)  # for the public face run apart
# Where quick exit leads; else to the country pack's neutral page, or our own with date and clock.
KRAMA_EXIT_URL = os.environ.get("KRAMA_EXIT_URL", "")
# Other doors: an operator's SMS gateway and telephone menu, a mailbox; and what goes out to who wished it.
KRAMA_GATEWAY = os.environ.get("KRAMA_GATEWAY", "kannel")
KRAMA_GATEWAY_FIELDS = os.environ.get("KRAMA_GATEWAY_FIELDS", "")
fields_of(KRAMA_GATEWAY, KRAMA_GATEWAY_FIELDS)  # a wrong name must stop the start, not a child's message
KRAMA_MAIL_URL = os.environ.get("KRAMA_MAIL_URL", "")
KRAMA_MAIL_PASSWORD_FILE = os.environ.get("KRAMA_MAIL_PASSWORD_FILE", "")
KRAMA_MAIL_DONE = os.environ.get("KRAMA_MAIL_DONE", "")
KRAMA_MAIL_SECONDS = float(os.environ.get("KRAMA_MAIL_SECONDS", 60))
KRAMA_SMS_SEND_URL = os.environ.get("KRAMA_SMS_SEND_URL", "")
KRAMA_SMS_PASSWORD_FILE = os.environ.get("KRAMA_SMS_PASSWORD_FILE", "")
# The emergency lane: who is woken, and until when; see docs/how-to/emergency-lane.md.
KRAMA_CALLOUT_OPEN_MINUTES = float(os.environ.get("KRAMA_CALLOUT_OPEN_MINUTES", 15))
KRAMA_CALLOUT_LINK_HOURS = float(os.environ.get("KRAMA_CALLOUT_LINK_HOURS", 24))
KRAMA_CALLOUT_HOURS = float(os.environ.get("KRAMA_CALLOUT_HOURS", 24))  # where the country's facts name no clock
KRAMA_CALLOUT_NETWORKS = list(filter(None, os.environ.get("KRAMA_CALLOUT_NETWORKS", "").split(",")))
KRAMA_DRILL_MINUTES = float(os.environ.get("KRAMA_DRILL_MINUTES", 15))
KRAMA_DRILL_DAYS = float(os.environ.get("KRAMA_DRILL_DAYS", 31))
KRAMA_TELEGRAM_TOKEN_FILE = os.environ.get("KRAMA_TELEGRAM_TOKEN_FILE", "")
KRAMA_TELEGRAM_API = os.environ.get("KRAMA_TELEGRAM_API", "https://api.telegram.org")
KRAMA_APP_URL = os.environ.get("KRAMA_APP_URL", "")
KRAMA_CONSOLE_URL = ""  # only the public face run apart has to be told (public_settings.py)

ALLOWED_HOSTS = sorted({*LOOPBACK, urlsplit(HOME.url).hostname or "localhost"} if not HOME.is_demo else {*LOOPBACK})
CSRF_TRUSTED_ORIGINS = [] if HOME.is_demo else [HOME.url]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HOME.secure
# With https a browser takes these from this host alone, never from a neighbour under the same domain.
_PREFIX = "__Host-" if HOME.secure else ""
SESSION_COOKIE_NAME = f"{_PREFIX}krama_session"
CSRF_COOKIE_NAME = f"{_PREFIX}krama_csrf"
KRAMA_DEVICE_COOKIE = f"{_PREFIX}krama_device"
SESSION_ENGINE = "krama.server.accounts.sealed_sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
KRAMA_IDLE_MINUTES = float(os.environ.get("KRAMA_IDLE_MINUTES", 60))
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
    "allauth.mfa",
    "allauth.socialaccount",
    "krama.server.web",
    "krama.server.trail",
    "krama.server.outbox",
    "krama.server.accounts",
    "krama.server.compartments",
    "krama.server.countries",
    "krama.server.lists",
    "krama.server.detections",
    "krama.server.intake",
    "krama.server.cases",
    "krama.server.wellbeing",
    "krama.server.measures",
    "krama.server.support",
    "krama.server.callout",
    "krama.server.confidentiality",
    "krama.server.assessments",
    "krama.server.desk",
    "krama.server.site",
]

MIDDLEWARE = [
    "krama.server.web.crowded.Crowded",
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
    "krama.server.accounts.middleware.SessionEnds",
    "krama.server.accounts.middleware.SecondFactorFirst",
    "krama.server.web.problems.ProblemPages",
]

# Machines send a key with each request: no session, no form, no page.
if KRAMA_FACE is Face.API:
    MIDDLEWARE = [
        "krama.server.web.uploads.UploadGuard",
        "django.middleware.security.SecurityMiddleware",
        "krama.server.web.headers.Headers",
        "django.middleware.common.CommonMiddleware",
        "allauth.account.middleware.AccountMiddleware",  # its models are imported, and it insists
        "krama.server.web.problems.ProblemPages",
    ]

ROOT_URLCONF = "krama.server.site.urls" + ("" if KRAMA_FACE is Face.ALL else f"_{KRAMA_FACE}")
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
# Connections are kept, and looked at before each request: after a restart of the database nobody meets a dead one.
_KEPT = dj_database_url.parse(_POSTGRES, conn_max_age=300, conn_health_checks=True) if _POSTGRES else None
if _KEPT:
    # Who may see a case is one question with many parts; to compile it takes seconds, to answer it milliseconds.
    _KEPT.setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
DATABASES = {"default": _KEPT or SQLITE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Memory only: suspected material never touches a disk. The guard refuses what is larger before it is read.
FILE_UPLOAD_HANDLERS = ["krama.server.web.uploads.MemoryOnly"]
FILE_UPLOAD_MAX_MEMORY_SIZE = KRAMA_UPLOAD_LIMIT
DATA_UPLOAD_MAX_MEMORY_SIZE = KRAMA_WORDS_LIMIT

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
# Whoever is on the way to a second factor may: set one up, sign out, read what everybody may read.
KRAMA_OPEN_TO_HELD = {
    "account_logout",
    "account_reauthenticate",
    "callout:link",
    "site:start",
    "site:language",
    "site:become",
}
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
MFA_ADAPTER = "krama.server.accounts.mfa.SealedFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Krama"
MFA_FORMS = {
    "add_webauthn": "krama.server.accounts.mfa.AddPasskey",
    "authenticate": "krama.server.accounts.mfa.WithCode",
    "authenticate_webauthn": "krama.server.accounts.mfa.WithPasskey",
    "login_webauthn": "krama.server.accounts.mfa.PasskeyAlone",
    "reauthenticate": "krama.server.accounts.mfa.CodeAgain",
    "reauthenticate_webauthn": "krama.server.accounts.mfa.PasskeyAgain",
}
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
SOCIALACCOUNT_ADAPTER = "krama.server.accounts.linking.StaffFromProvider"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = True  # our policy lets no form lead to another host
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": oidc_apps(KRAMA_OIDC)}}
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# Counts of wrong attempts live here. Django would throw a third away at 300 rows: whoever tries many names would
# clear the count of the one they are after.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("km", _("Khmer")), ("en", _("English"))]
LOCALE_PATHS = [HOME.folder / "wording" / "locale", SERVER / "locale"]  # the firm’s own reviewers go first
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("KRAMA_TIME_ZONE", "Asia/Phnom_Penh")

STATIC_URL = "/static/"
# The report button is shipped with the connectors, for firms that host it themselves; here it is served too.
STATICFILES_DIRS = [SERVER / "static", ("krama", SERVER.parent / "connectors" / "browser")]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

LOGGING_CONFIG = None
logs.set_up()
