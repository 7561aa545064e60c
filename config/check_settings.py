"""The product's settings plus what only the checks need."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as OURS

INSTALLED_APPS = [*OURS, "django_migration_linter"]
MIGRATION_LINTER_OPTIONS = {
    "sql_analyser": "postgresql",
    "no_cache": True,
    # Written before the first release: nobody can be running them on rows of their own, so a lock or a column that the code before
    # does not know harms nobody. With the first release this list is closed.
    "ignore_name": [
        *("0002_hand_over", "0003_idempotent_answers", "0009_disputed_ids", "0011_kept_headers"),
        *("0002_ready_made_letters", "0003_invitations", "0004_tracking", "0005_invitations"),
        *("0004_dunning", "0008_lines_and_files"),
    ],
    "include_apps": [app.partition(".")[2] for app in OURS if app.startswith("bandhu.")],
}
