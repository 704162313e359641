"""Settings every environment shares. Each value a deployment may change is an environment variable."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parents[2]

SECRET_KEY = env.str("SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "reviews.apps.ReviewsConfig",
    "escalations.apps.EscalationsConfig",
    "accounts.apps.AccountsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "heroicons",
    "django_structlog",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.packing.PackingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.RequestLogMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.SignInRequiredMiddleware",
    "config.lock.LockMiddleware",
    "config.middleware.PrivatePagesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "config.quick.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.page",
            ],
        },
    },
]

# --- PostgreSQL: the queue, the ledger, everything that matters ---
DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"] |= {
    "ENGINE": "config.database",
    "CONN_HEALTH_CHECKS": True,
    "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", default=60),
    "ATOMIC_REQUESTS": False,
    # The statements that every decision makes are planned once a connection, which halves what they cost the server.
    "KEEP_PLANS": env.bool("DATABASE_KEEP_PLANS", default=True),
    "OPTIONS": {
        # A page that cannot answer in 5 s should fail, not hold locks (safety 2.5).
        "options": (
            f"-c statement_timeout={env.int('DATABASE_STATEMENT_TIMEOUT_MS', default=15000)}"
            " -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000"
            # On an SSD, and in memory all the more, a row by its index costs what the next one does; the default
            # of 4 has small tables read whole for one row.
            " -c random_page_cost=1.1"
        ),
    },
}
if POOL := env.int("DATABASE_POOL_SIZE", default=0):
    # For workers: they give their connection back while a model thinks, and would pay for a new one each time.
    # Celery ends the pool with each task, so it is made of what that task needs.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 0,
        "max_size": POOL,
        "num_workers": 1,
        "timeout": 10,
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis: wake-ups and the cache only; FLUSHALL loses nothing ---
REDIS_URL = env.str("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- people ---
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.GrantBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "accounts.adapter.ClosedSignupAdapter"
ACCOUNT_FORMS = {"login": "accounts.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Handrail"
SESSION_ENGINE = "accounts.backends"  # in the database: sessions must outlive a wiped Redis
SESSION_COOKIE_AGE = env.int("SESSION_COOKIE_AGE", default=12 * 3600)
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

HANDRAIL_IDLE_LOCK_SECONDS = env.int("HANDRAIL_IDLE_LOCK_SECONDS", default=900)

# --- language and time ---
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

# --- static files: hashed, compressed, immutable; no CDN ---
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Only hashed names are linked to, and source maps are for developers: compressing the rest costs seconds.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["png", "jpg", "webp", "gz", "br", "woff", "woff2", "map"]

# --- what a browser may do with our pages ---
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# The live process (config/live): empty where a proxy leads /live/stream to it, or there is none and browsers poll.
HANDRAIL_LIVE_URL = env.str("HANDRAIL_LIVE_URL", default="").rstrip("/")
if HANDRAIL_LIVE_URL:
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["connect-src"].append(HANDRAIL_LIVE_URL)
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [], "microphone": [], "geolocation": [], "payment": [], "usb": [],
}  # fmt: skip
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400

# --- the API ---
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["escalations.api.authentication.AgentTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["escalations.api.permissions.IsLiveAgent"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["escalations.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "escalations.api.problems.problem_handler",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Handrail",
    "DESCRIPTION": "Post cases, add messages, read decisions.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
}

# --- triage ---
HANDRAIL_MODEL_DIR = Path(env.str("HANDRAIL_MODEL_DIR", default=str(BASE_DIR / ".local" / "models")))
HANDRAIL_TRIAGE_ENGINE = env.str("HANDRAIL_TRIAGE_ENGINE", default="embedded")
LLM_BASE_URL = env.str("LLM_BASE_URL", default="")
LLM_MODEL = env.str("LLM_MODEL", default="")
LLM_API_KEY = env.str("LLM_API_KEY", default="")

# --- the desk: defaults are ours, not the sources' ---
HANDRAIL_LEASE_CAP_SECONDS = env.int("HANDRAIL_LEASE_CAP_SECONDS", default=3600)
HANDRAIL_RESERVATION_SECONDS = env.int("HANDRAIL_RESERVATION_SECONDS", default=90)
HANDRAIL_MAX_CLAIMS = env.int("HANDRAIL_MAX_CLAIMS", default=3)
# pages with figures say that all cases are invented
HANDRAIL_DEMO = env.bool("HANDRAIL_DEMO", default=False)
# what an hour of work costs, for rehearsals
HANDRAIL_HOUR_COST = env.float("HANDRAIL_HOUR_COST", default=20.0)
HANDRAIL_CURRENCY = env.str("HANDRAIL_CURRENCY", default="USD")
HANDRAIL_OFFER_SECONDS = env.int("HANDRAIL_OFFER_SECONDS", default=30)
HANDRAIL_OFFER_AGAIN_SECONDS = env.int("HANDRAIL_OFFER_AGAIN_SECONDS", default=600)
HANDRAIL_CRITICAL_SECONDS = env.int("HANDRAIL_CRITICAL_SECONDS", default=90)
HANDRAIL_ASSIGNED_SECONDS = env.int("HANDRAIL_ASSIGNED_SECONDS", default=14400)
HANDRAIL_AWAY_MINUTES = env.int("HANDRAIL_AWAY_MINUTES", default=10)
HANDRAIL_WRAP_UP_SECONDS = env.int("HANDRAIL_WRAP_UP_SECONDS", default=120)
HANDRAIL_SKIP_SECONDS = env.int("HANDRAIL_SKIP_SECONDS", default=1800)
HANDRAIL_REPEATED_ERRORS = env.int("HANDRAIL_REPEATED_ERRORS", default=3)
HANDRAIL_REPEATED_ERRORS_MINUTES = env.int("HANDRAIL_REPEATED_ERRORS_MINUTES", default=60)
HANDRAIL_AI_RETURN_SECONDS = env.int("HANDRAIL_AI_RETURN_SECONDS", default=1800)
HANDRAIL_HIGH_RISK_NEEDS_SENIOR = env.bool("HANDRAIL_HIGH_RISK_NEEDS_SENIOR", default=True)
# A handoff that is reopened within so many hours of its end was none (R068).
HANDRAIL_REOPEN_HOURS = env.int("HANDRAIL_REOPEN_HOURS", default=72)
# What handoff success is held against, in per cent.
HANDRAIL_HANDOFF_TARGET = env.float("HANDRAIL_HANDOFF_TARGET", default=92.0)
# The share of cases whose AI answer people do not see before they have given theirs, unless agreed otherwise (R094).
HANDRAIL_HIDDEN_RATE = env.float("HANDRAIL_HIDDEN_RATE", default=0.02)
# A planted case that nobody decided is withdrawn after so long, and none is planted where more cases wait (R094).
HANDRAIL_PLANT_MINUTES = env.int("HANDRAIL_PLANT_MINUTES", default=240)
HANDRAIL_PLANT_BACKLOG = env.int("HANDRAIL_PLANT_BACKLOG", default=200)
# With the 20 s an engine may take (a worker's slots may all be in one) it stays under a minute (safety P10).
HANDRAIL_TRIAGE_DEADLINE_SECONDS = env.int("HANDRAIL_TRIAGE_DEADLINE_SECONDS", default=30)
HANDRAIL_JOB_LEASE_SECONDS = env.int("HANDRAIL_JOB_LEASE_SECONDS", default=30)

# --- alerts: where they go, and how long anybody out there may take ---
HANDRAIL_URL = env.str("HANDRAIL_URL", default="http://127.0.0.1:8000").rstrip(
    "/"
)  # of links in notifications
_mail = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(_mail)
# Django's own SMTP backend waits as long as a host likes to drip; ours leaves in time.
EMAIL_BACKEND = {
    "django.core.mail.backends.smtp.EmailBackend": "escalations.notify.mail.TimedBackend",
}.get(_mail["EMAIL_BACKEND"], _mail["EMAIL_BACKEND"])
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Handrail <handrail@localhost>")
HANDRAIL_SEND_SECONDS = env.float("HANDRAIL_SEND_SECONDS", default=10.0)
# Hosts (or host:port) inside the own network that webhooks and chat messages may go to; nothing else private is.
HANDRAIL_TRUSTED_TARGETS = env.list("HANDRAIL_TRUSTED_TARGETS", default=[])

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING_CONFIG = None  # config.logs does it
