"""Every setting, with defaults that work from `bin/up` alone. docs/self-hosting.md lists them in words."""

import os
from pathlib import Path

from csp.constants import NONCE, NONE, SELF  # noqa: F401
from django.utils.translation import gettext_lazy as _

from . import database, environment
from .home import Home

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Home(environment.folder("COMPTOIR_HOME", PACKAGE.parent / "var"))
TESTING = environment.flag("COMPTOIR_TESTING")

DEBUG = environment.flag("COMPTOIR_DEBUG")
SECRET_KEY = HOME.secret("secret.key")
BASE_URL = environment.text("COMPTOIR_URL", "").rstrip("/")
ALLOWED_HOSTS = environment.words("COMPTOIR_HOSTS", "*")
TRUSTED_PROXY = environment.flag("COMPTOIR_BEHIND_PROXY")

PLUGINS = environment.words("COMPTOIR_PLUGINS")

INSTALLED_APPS = [
    "comptoir.demo",
    "comptoir.conversations",
    "comptoir.consent",
    "comptoir.customers",
    "comptoir.channels.email",
    "comptoir.channels",
    "comptoir.team",
    "comptoir.ui",
    "comptoir.ground",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    *PLUGINS,
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "comptoir.team.middleware.MemberMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "comptoir.config.urls"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "comptoir.ui.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "comptoir.ui.templatetags.ui"],
        },
    }
]

DATABASES = {"default": database.from_url(environment.text("DATABASE_URL"), HOME.path)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

STORAGES = {
    "default": {"BACKEND": "comptoir.ground.storage.DurableStorage", "OPTIONS": {"location": HOME.files}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if environment.text("STORAGE_URL"):
    STORAGES["default"] = HOME.object_storage(environment.text("STORAGE_URL"))

# In the database, so that every web process counts the same vain tries at the door (team/models/remembered.py).
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "team_remembered"}
}
if environment.text("REDIS_URL"):
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": environment.text("REDIS_URL"),
    }

# --- who comes in --------------------------------------------------------------------------------
AUTH_USER_MODEL = "team.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
if TESTING:  # a real hash takes a third of a second, and every test makes members
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "comptoir.team.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # here one stays signed in; every other visit ends
ACCOUNT_FORMS = {
    "login": "comptoir.team.forms.SignInForm",
    "reset_password": "comptoir.team.forms.ForgottenPasswordForm",
    "reset_password_from_key": "comptoir.team.forms.NewPasswordForm",
    "change_password": "comptoir.team.forms.ChangePasswordForm",
    "reauthenticate": "comptoir.team.forms.ConfirmPasswordForm",
}
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/5m/key", "reset_password": "20/m/ip,3/h/key"}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an invitation proves the address; see comptoir/team
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "comptoir.team.forms.SecondFactorForm",
    "reauthenticate": "comptoir.team.forms.ConfirmSecondFactorForm",
    "activate_totp": "comptoir.team.forms.ActivateTotpForm",
    "add_webauthn": "comptoir.team.forms.AddPasskeyForm",
    "edit_webauthn": "comptoir.team.forms.RenamePasskeyForm",
}
MFA_ADAPTER = "comptoir.team.adapter.MfaAdapter"
# Sign-in links, alarms and password resets leave by the same outbox as everything else (ARCHITECTURE, rule 4).
EMAIL_BACKEND = "comptoir.consent.security_mail.DepartureBackend"
DEFAULT_FROM_EMAIL = "comptoir@localhost"

SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_NAME = "comptoir_session"
CSRF_COOKIE_NAME = "comptoir_csrf"
SECURE_SERVES_TLS = environment.flag("COMPTOIR_TLS") or BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SERVES_TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
if TRUSTED_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
if BASE_URL:
    CSRF_TRUSTED_ORIGINS = [BASE_URL]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
    }
}

# --- words ---------------------------------------------------------------------------------------
LANGUAGE_CODE = environment.text("COMPTOIR_LANGUAGE", "fr")
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
USE_I18N = True
TIME_ZONE = environment.text("COMPTOIR_TIME_ZONE", "Europe/Brussels")
USE_TZ = True
FORMAT_MODULE_PATH = ["comptoir.ui.formats"]

# --- pages ---------------------------------------------------------------------------------------
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WEB_THREADS = environment.number("COMPTOIR_WEB_THREADS", 4, low=1, high=64)
WORKER_THREADS = environment.number("COMPTOIR_WORKER_THREADS", 2, low=1, high=64)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- promises about sends and doors -----------------------------------------------------------------
UNDO_SECONDS = environment.number("COMPTOIR_UNDO_SECONDS", 10, high=120)
MAX_MESSAGE_BYTES = environment.number("COMPTOIR_MAX_MESSAGE_MB", 50, low=1, high=500) * 1024 * 1024
LMTP_ADDRESS = environment.text("COMPTOIR_LMTP", "")
SMTP_ADDRESS = environment.text("COMPTOIR_SMTP", "")
SMTP_RELAY = environment.text("COMPTOIR_SMTP_RELAY", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.text("COMPTOIR_LOG_LEVEL", "WARNING").upper()},
    "loggers": {"comptoir": {"level": environment.text("COMPTOIR_LOG_LEVEL", "INFO").upper()}},
}

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
