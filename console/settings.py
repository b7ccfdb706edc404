"""Settings, from the environment only. Every variable is listed, with a comment, in ``.env.example``."""

from __future__ import annotations

import sys
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import environ
from django.utils.translation import gettext_lazy as _

from console import environment, logs
from console.version import VERSION

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.FileAwareEnv()
env.prefix = ""
environ.Env.read_env(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))

CONSOLE_ENVIRONMENT: str = env.str("CONSOLE_ENVIRONMENT", default=environment.PRODUCTION)
IS_DEVELOPMENT = environment.DEVELOPMENT == CONSOLE_ENVIRONMENT
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

# --- what must not be guessed -----------------------------------------------------------------------------------------
DEBUG: bool = env.bool("DEBUG", default=False)
SECRET_KEY: str = env.str("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
SEALING_KEYS: list[str] = env.list("SEALING_KEYS", default=[])  # the first seals, all open
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

if IS_DEVELOPMENT:
    SECRET_KEY = SECRET_KEY or environment.kept_secret(VAR_DIR / "secret_key")
    SEALING_KEYS = SEALING_KEYS or [environment.kept_secret(VAR_DIR / "sealing_key", as_fernet_key=True)]
    ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]

# --- the SIP side -----------------------------------------------------------------------------------------------------
SIP_DOMAIN: str = env.str("SIP_DOMAIN", default="sip.vobiz.ai").lower()
SIP_SERVER: str = env.str("SIP_SERVER", default="") or SIP_DOMAIN  # host:port that phones connect to
ENDPOINT_NAMES: str = env.str("ENDPOINT_NAMES", default="strict")  # "strict" or "relaxed"
WEBHOOK_OUTAGE_STATUS: int = env.int("WEBHOOK_OUTAGE_STATUS", default=200)  # 200 "fail", or 503: the SBC sees it
WEBHOOK_USERNAME: str = env.str("WEBHOOK_USERNAME", default="")  # platform-wide Basic credentials of the webhook
WEBHOOK_PASSWORD: str = env.str("WEBHOOK_PASSWORD", default="")
ATTEMPT_LOG_THREAD: bool = env.bool("ATTEMPT_LOG_THREAD", default=True)  # off: attempts wait for a flush (tests)
ATTEMPT_KEEP_DAYS: int = env.int("ATTEMPT_KEEP_DAYS", default=90)  # then `manage.py purge` removes them
AUDIT_KEEP_DAYS: int = env.int("AUDIT_KEEP_DAYS", default=0)  # 0: the audit trail is kept for good
REGISTRATION_KEEP_DAYS: int = env.int("REGISTRATION_KEEP_DAYS", default=7)  # after a registration was over
BLOCK_KEEP_DAYS: int = env.int("BLOCK_KEEP_DAYS", default=7)  # after a block was over
REGISTRAR: str = env.str("REGISTRAR", default="webhook")  # "webhook" or "kamailio"
# One address, or several by server id: "http://10.0.0.1:5081,http://10.0.0.2:5081" are Kamailio 1 and 2.
KAMAILIO_RPC_URL: str = env.str("KAMAILIO_RPC_URL", default="http://127.0.0.1:5081")
KAMAILIO_RPC_SECRET: str = env.str("KAMAILIO_RPC_SECRET", default="")
KAMAILIO_DATABASE_ROLE: str = env.str("KAMAILIO_DATABASE_ROLE", default="kamailio")

if not IS_DEVELOPMENT:
    environment.refuse_insecure(
        debug=DEBUG,
        secret_key=SECRET_KEY,
        allowed_hosts=ALLOWED_HOSTS,
        sealing_keys=SEALING_KEYS,
        sip_domain=SIP_DOMAIN,
    )

# --- applications -----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "console",
    "idempotency",
    "accounts",
    "sip",
    "sip.kamailio",
    "endpoints",
    "credentials",
    "devices",
    "bulk",
    "handover",
    "events",
    "demo",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_tables2",
    "django_htmx",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "console.admin_site.ConsoleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "console.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "console.middleware.PolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "console.compression.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "console.middleware.PersonMiddleware",
]

ROOT_URLCONF = "console.urls"
WSGI_APPLICATION = "console.wsgi.application"
APPEND_SLASH = False  # a redirect would turn a client's POST into a GET

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {"heroicons": "console.icons"},
        },
    },
]

# --- data -------------------------------------------------------------------------------------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES: dict[str, Any] = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'console.sqlite3'}")}
IS_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")

if IS_SQLITE:
    # What is rewritten on every request (rate buckets, last use) has a file of its own:
    # a read must never wait for the main file's single write lock.
    DATABASES["volatile"] = env.db_url("VOLATILE_DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'volatile.sqlite3'}")
    for _alias, _synchronous, _cache_kib in (("default", "FULL", 4096), ("volatile", "OFF", 2048)):
        DATABASES[_alias]["ENGINE"] = "console.sqlite3"
        DATABASES[_alias]["CONN_MAX_AGE"] = 60  # seconds: opening and closing costs more than most requests ask
        Path(DATABASES[_alias]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        DATABASES[_alias]["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={_synchronous}; PRAGMA temp_store=MEMORY; "
            f"PRAGMA cache_size=-{_cache_kib}; PRAGMA journal_size_limit={64 * 1024**2};",  # of each thread; bytes
        }
else:
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL_MAX", default=20),
        "timeout": 1.5,  # seconds: that the database is away must be said within two
        "reconnect_timeout": 2.0,  # seconds; then whoever needs a connection tries anew: no long pauses after an outage
    }
    DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 2)

DATABASE_ROUTERS = ["console.routers.VolatileRouter"]
CACHES = {"default": {"BACKEND": "console.shared_cache.SharedCache"}}  # limits of signing in, spent TOTP codes
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

JOB_LEASE_SECONDS: int = env.int("JOB_LEASE_SECONDS", default=30)  # a worker that is silent for so long is replaced
JOB_HEARTBEAT_THREAD: bool = env.bool("JOB_HEARTBEAT_THREAD", default=True)  # off: jobs beat as they progress (tests)
# Where webhooks may be sent although it is no public address: "10.1.0.0/16,fd00::/8".
EVENTS_ALLOWED_NETWORKS = [ip_network(text) for text in env.list("EVENTS_ALLOWED_NETWORKS", default=[])]
IMPORT_MAX_BYTES: int = env.int("IMPORT_MAX_BYTES", default=20_000_000)  # of one uploaded file

# --- people -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.NoWordsOfThisPlace"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to whoever's address somebody types
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900  # seconds
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "login": "accounts.sign_in_forms.Login",
    "reauthenticate": "accounts.sign_in_forms.Proof",
    "reset_password": "accounts.sign_in_forms.Forgotten",
    "reset_password_from_key": "accounts.sign_in_forms.FromLink",
    "change_password": "accounts.sign_in_forms.ChangePassword",
}
MFA_ADAPTER = "accounts.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.second_factor.SignInForm",
    "reauthenticate": "accounts.second_factor.ProofForm",
    "activate_totp": "accounts.second_factor.EnrolmentForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds that a phone's clock may be off
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = IS_DEVELOPMENT  # passkeys on http://localhost
USERSESSIONS_TRACK_ACTIVITY = False
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default="console@localhost")

# --- the web ----------------------------------------------------------------------------------------------------------
HOST: str = env.str("HOST", default="127.0.0.1")
PORT: int = env.int("PORT", default=8000)
WEB_PROCESSES: int = env.int("WEB_PROCESSES", default=1)
WEB_THREADS: int = env.int("WEB_THREADS", default=16)  # a process; keep DATABASE_POOL_MAX at least as large
BASE_URL: str = env.str("BASE_URL", default=f"http://localhost:{PORT}").rstrip("/")
IS_HTTPS: bool = env.bool("HTTPS", default=not IS_DEVELOPMENT)
SECURE_SSL_REDIRECT = False  # the proxy redirects; the webhook and the APIs never do
# Addresses and networks of the proxies in front: what they say of the client and its scheme is believed (console.wsgi).
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", default=[])
OPENTELEMETRY: bool = env.bool("OPENTELEMETRY", default=False)  # traces (console.telemetry)
METRICS_TOKEN: str = env.str("METRICS_TOKEN", default="")  # without it, /metrics answers this machine only
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
HOST_PREFIX = "__Host-" if IS_HTTPS else ""  # browsers then take it from this very host and by HTTPS only
SESSION_COOKIE_NAME = f"{HOST_PREFIX}console_session"
CSRF_COOKIE_NAME = f"{HOST_PREFIX}console_csrf"
MESSAGE_STORAGE = "console.messages.MessageStorage"
SESSION_ENGINE = "console.session_store"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())  # from the sign-in on, whatever happens meanwhile
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}
SILENCED_SYSTEM_CHECKS = ["security.W008"]  # SECURE_SSL_REDIRECT: see above
FILE_UPLOAD_HANDLERS = ["bulk.uploads.MemoryUpload"]  # an upload may hold passwords: it touches no disk unsealed
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # bytes of one API or form body
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # "all rows of this page" posts one field a row

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "console.storage.StaticFilesStorage"},
}
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = "br gif gz ico jpg map png svgz webp woff woff2 zip".split()
WHITENOISE_MAX_AGE = 3600
if IS_DEVELOPMENT:
    # Served from where they lie: nothing to collect, and an edit shows at once.
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
    WHITENOISE_MAX_AGE = 0

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE: str = env.str("TIME_ZONE", default="UTC")
USE_TZ = True

# --- APIs -------------------------------------------------------------------------------------------------------------
SESSION_TOKEN_SECONDS = 1800  # a Vobiz sub-account's Bearer session
KAZOO_TOKEN_SECONDS = 3600
TOKEN_FAILURES_PER_MINUTE: int = env.int("TOKEN_FAILURES_PER_MINUTE", default=100)  # from one source; then 429
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["console.api.permissions.DenyAll"],
    "DEFAULT_RENDERER_CLASSES": ["console.api.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Console",
    "DESCRIPTION": "Provision what registers with a SIP platform: accounts, endpoints, credentials and devices.",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATIONS": False,
    "POSTPROCESSING_HOOKS": [],  # enumerations stay in their fields: several fields share the same choices
}

LOGGING_CONFIG = None
logs.configure(level=env.str("LOG_LEVEL", default="INFO"), as_json=env.bool("LOG_JSON", default=not IS_DEVELOPMENT))
IS_TESTING = "pytest" in sys.modules
