"""Settings, all from the environment and without side effects; docs/settings.md lists them."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

PACKAGE = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("TONGBAN_DATA", "data"))
KEYS = Path(os.environ.get("TONGBAN_KEYS", DATA / "keys"))
SECRET_KEY = os.environ.get("TONGBAN_SECRET_KEY", "")
ALLOWED_HOSTS = os.environ.get("TONGBAN_ALLOWED_HOSTS", "*").split(",")
BEHIND_TLS = os.environ.get("TONGBAN_TLS", "") == "1"
DEBUG = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "procrastinate.contrib.django",
    "axes",
    "tongban.kernel.units",
    "tongban.kernel.people",
    "tongban.kernel.ledger",
    "tongban.kernel.files",
    "tongban.kernel.notices",
    "tongban.kernel.procedures",
    "tongban.kernel.metrics",
    "tongban.kernel.screens",
    "tongban.kernel.exchange",
    "tongban.kernel.devices",
    "tongban.services.catalogue",
    "tongban.services.evaluation",
    "tongban.services.seals",
    "tongban.services.certificates",
    "tongban.services.cases",
    "tongban.services.booking",
    "tongban.services.hall",
    "tongban.services.kiosks",
    "tongban.services.outreach",
    "tongban.services.startup",
    "tongban.services.crosscity",
    "tongban.services.consultation",
    "tongban.services.themes",
    "tongban.services.together",
    "tongban.services.delegation",
    "tongban.services.municipal",
    "tongban.services.supervision",
    "tongban.services.portal",
    "tongban.reports",
]
INSTALLED_APPS += [name for name in os.environ.get("TONGBAN_APPS", "").split(",") if name]
AUTH_USER_MODEL = "people.Account"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tongban.kernel.screens.errors.DatabaseGone",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "tongban.kernel.files.receiving.RefuseTooLarge",
    "tongban.kernel.files.receiving.WithoutNul",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tongban.services.kiosks.sitting.AtKiosk",
    "tongban.kernel.people.middleware.WithActor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "tongban.kernel.people.signin.StaffBackend",
    "tongban.kernel.people.signin.PhoneBackend",
]
# a hall shares one address: accounts are locked out; the sign-in page itself says so
SILENCED_SYSTEM_CHECKS = ["axes.W002", "axes.W006"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = ["password", "totp", "code", "phone"]
_mail = urlsplit(os.environ.get("TONGBAN_MAIL", ""))  # smtp://user:password@host:port
EMAIL_BACKEND = (
    f"django.core.mail.backends.{'smtp' if _mail.hostname else 'filebased'}.EmailBackend"
)
EMAIL_FILE_PATH = DATA / "outbox" / "mail"
EMAIL_HOST, EMAIL_PORT = _mail.hostname or "", _mail.port or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.username or "", _mail.password or ""
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("TONGBAN_MAIL_FROM", "tongban@localhost")
POPULATION_REGISTER = os.environ.get(
    "TONGBAN_POPULATION_REGISTER", "tongban.kernel.people.signin.in_population_register"
)
SMS_CARRIER = os.environ.get("TONGBAN_SMS", "tongban.kernel.carriers.sms_to_file")
PUBLIC_ADDRESS = os.environ.get("TONGBAN_PUBLIC_ADDRESS", "http://127.0.0.1:8000")
HOME, STAFF_HOME = "/", "/desk/"
SIGN_IN, STAFF_SIGN_IN = "/signin/", "/signin/staff/"
SESSION_COOKIE_AGE = int(os.environ.get("TONGBAN_SESSION_SECONDS", str(8 * 3600)))
CSRF_FAILURE_VIEW = "tongban.kernel.screens.errors.csrf_failure"
FILE_UPLOAD_HANDLERS = ["tongban.kernel.files.receiving.LimitedUpload"]

ROOT_URLCONF = "tongban.config.urls"
WSGI_APPLICATION = "tongban.config.wsgi.application"
CONSTANT = "tongban.kernel.screens.constant"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "tongban.kernel.screens.navigation.navigation",
            ],
            "libraries": dict.fromkeys(("i18n", "static"), CONSTANT),
            "builtins": [CONSTANT, "django.templatetags.l10n"],
        },
    }
]


def _planned_once(options: str) -> dict[str, Any]:
    """Statements that ask to be kept planned (kernel/queries/prepared.py) are, and no others; their
    plan is made once for any values, which is what they are written for."""
    once = "-c plan_cache_mode=force_generic_plan"
    return {"options": f"{options} {once}".strip(), "prepare_threshold": 10**9}


def _database() -> dict[str, Any]:
    """Django's words for a PostgreSQL address."""
    parts = conninfo_to_dict(os.environ.get("DATABASE_URL", "postgresql:///tongban"))
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    found = {ours: str(parts.pop(theirs, "")) for theirs, ours in names.items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **found,
        "PORT": str(parts.pop("port", "")),
        "OPTIONS": {**parts, **_planned_once(str(parts.get("options", "")))},
        "CONN_MAX_AGE": None,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "TEST": {"NAME": f"{found['NAME']}_test"},
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = None
STATICFILES_DIRS = [PACKAGE / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600

SESSION_ENGINE = "tongban.kernel.people.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_HSTS_SECONDS = 31536000 if BEHIND_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "frame-src": ["'self'", "blob:"],  # a paper that a kiosk prints in place
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20  # the fields of a form together
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["out"], "level": "WARNING"},
}
