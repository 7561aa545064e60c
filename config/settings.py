"""Settings of the whole product. Everything that differs between installations comes from the environment."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from bandhu.platform.database_url import data_directory, database_settings
from config.secrets import secret_keys

ROOT = Path(__file__).resolve().parent.parent


def _listed(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def _switched_on(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


DEBUG = _switched_on("BANDHU_DEBUG")
# Older keys still check what they signed or sealed; only the first one signs.
SECRET_KEY, *SECRET_KEY_FALLBACKS = secret_keys()
# The public address decides cookies, links in mails and which Host headers are answered.
PUBLIC_URL = os.environ.get("BANDHU_URL", "").rstrip("/")
ALLOWED_HOSTS = _listed(
    "BANDHU_HOSTS", ",".join(filter(None, ["localhost,127.0.0.1,[::1]", urlsplit(PUBLIC_URL).hostname]))
)
CSRF_TRUSTED_ORIGINS = _listed("BANDHU_TRUSTED_ORIGINS", PUBLIC_URL)
TRUSTED_PROXIES = _listed("BANDHU_TRUSTED_PROXIES")
BEHIND_TLS = PUBLIC_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "django_htmx",
    "ninja",
    "lucide",
    "django.forms",
    "bandhu.ui",
    "bandhu.platform",
    "bandhu.identity",
    "bandhu.customers",
    "bandhu.privacy",
    "bandhu.catalog",
    "bandhu.knowledge",
    "bandhu.interactions",
    "bandhu.calendars",
    "bandhu.channels",
    "bandhu.contact_center",
    "bandhu.inbox",
    "bandhu.service",
    "bandhu.sales",
    "bandhu.quotes",
    "bandhu.billing",
    "bandhu.feedback",
    "bandhu.integrations",
    "bandhu.workspace",
    # After ours, whose templates take the place of theirs.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pads what it compresses at random, so that lengths give no secret away.
    "bandhu.platform.compression.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "bandhu.platform.problems.ProblemMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "bandhu.identity.middleware.SessionActivityMiddleware",
    "bandhu.identity.middleware.SignedInMiddleware",
    "bandhu.identity.middleware.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bandhu.platform.middleware.OriginMiddleware",
    "bandhu.identity.throttling.ThrottleMiddleware",
    "bandhu.platform.idempotency.IdempotencyMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

# django-cotton and template-partials both rewrite the loaders when installed plainly; written once here (the first is cotton's).
_LOADERS = ["bandhu.ui.template_loader.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "bandhu.ui.template_backend.Templates",
        "NAME": "django",
        "OPTIONS": {
            "loaders": [
                ("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", _LOADERS)])
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "bandhu.ui.templatetags.interface",
                "bandhu.ui.templatetags.keeping",
                "bandhu.ui.templatetags.formats",
                "bandhu.platform.templatetags.zones",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "bandhu.platform.context_processors.shell",
            ],
        },
    }
]

FORM_RENDERER = "bandhu.ui.form_rendering.FormRenderer"
# Components see their attributes and the context processors, never the variables of the page around them.
COTTON_ISOLATE_BY_DEFAULT = True

DATABASES = {"default": database_settings()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["bandhu.identity.signed_in.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("bn", "বাংলা"), ("ta", "தமிழ்"), ("ar", "العربية")]
LANGUAGES_COMPLETE = ["en", "bn", "ta"]
# In a checkout the catalogue lies at the top; in a wheel it lies inside the package.
LOCALE_PATHS = [ROOT / "locale" if (ROOT / "pyproject.toml").exists() else ROOT / "bandhu" / "locale"]
LANGUAGE_COOKIE_NAME = "bandhu_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_TIME_ZONE = os.environ.get("BANDHU_TIME_ZONE", "Asia/Dhaka")
# Files of imports are kept this many days after the import has ended; 0 keeps them for ever.
IMPORT_FILE_DAYS = int(os.environ.get("BANDHU_IMPORT_FILE_DAYS", "90"))
DEFAULT_COUNTRY = os.environ.get("BANDHU_COUNTRY", "BD")
PRODUCT_NAME = _("Bandhu")

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
# Built files carry a hash of their content in the name (assets/build.mjs).
WHITENOISE_IMMUTABLE_FILE_TEST = r"/ui/dist/.+\.[0-9a-f]{10}\.\w+$"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_FOLDER = data_directory()
MEDIA_ROOT = DATA_FOLDER / "files"
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 12_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

SESSION_ENGINE = "bandhu.identity.signed_in"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
from csp.constants import NONCE, NONE, SELF  # noqa: E402

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("BANDHU_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("BANDHU_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("BANDHU_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("BANDHU_SMTP_PASSWORD", "")
EMAIL_USE_TLS = _switched_on("BANDHU_SMTP_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("BANDHU_MAIL_FROM", "Bandhu <bandhu@localhost>")

ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "bandhu.identity.sign_in.AccountAdapter"
# Counted by bandhu.identity.throttling instead, in the database.
ACCOUNT_RATE_LIMITS = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_FORMS = {
    "login": "bandhu.identity.sign_in_forms.SignInForm",
    "reset_password": "bandhu.identity.sign_in_forms.PasswordResetForm",
    "reset_password_from_key": "bandhu.identity.sign_in_forms.NewPasswordForm",
    "change_password": "bandhu.identity.sign_in_forms.ChangePasswordForm",
    "reauthenticate": "bandhu.identity.sign_in_forms.ReauthenticateForm",
}
MFA_ADAPTER = "bandhu.identity.sign_in.SecondStepAdapter"
MFA_FORMS = {
    "authenticate": "bandhu.identity.sign_in_forms.SecondStepForm",
    "reauthenticate": "bandhu.identity.sign_in_forms.ReauthenticateStepForm",
    "activate_totp": "bandhu.identity.sign_in_forms.ActivateForm",
}
# Only administrators say which mail address an account has.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not BEHIND_TLS
USERSESSIONS_TRACK_ACTIVITY = True

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"short_refusals": {"()": "config.log_lines.ShortRefusals"}},
    "loggers": {"django.request": {"filters": ["short_refusals"]}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("BANDHU_LOG_LEVEL", "WARNING")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
