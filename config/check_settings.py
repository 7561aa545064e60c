"""The product's settings plus what only the checks need."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as OURS

INSTALLED_APPS = [*OURS, "django_migration_linter"]
MIGRATION_LINTER_OPTIONS = {
    "sql_analyser": "postgresql",
    "no_cache": True,
    "include_apps": [app.partition(".")[2] for app in OURS if app.startswith("bandhu.")],
}
