"""Settings of the project. Nothing here is signed, so there is no SECRET_KEY."""

import os

from config.database import database

DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_I18N = False
USE_TZ = False
TIME_ZONE = "UTC"

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
INSTALLED_APPS = ["shop"]
MIDDLEWARE = ["shop.middleware.framing"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The views have limits of their own.
DATA_UPLOAD_MAX_MEMORY_SIZE = None
# Parameters that the shop does not know are ignored, however many there are.
DATA_UPLOAD_MAX_NUMBER_FIELDS = None

TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

DATABASES = {"default": {**database(os.environ["DATABASE_URL"]), "CONN_MAX_AGE": None}}

# Faults are written to stderr; a client's mistakes are not, any more than its successes.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"request": {"format": "{request.method} {message}", "style": "{"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler"},
        "requests": {"class": "logging.StreamHandler", "formatter": "request"},
    },
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "ERROR"},
        "django.request": {"handlers": ["requests"], "level": "ERROR", "propagate": False},
    },
}
