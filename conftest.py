"""For every test: passwords are hashed quickly (argon2 is slow on purpose), and no test leaves its language or zone to the next."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone, translation

from config.pytest_database import migrated_database


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _language_and_zone_of_its_own() -> Iterator[None]:
    # A request of the test's client leaves those of its user behind in the thread.
    yield
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any
) -> None:
    """pytest-django asks this before it makes the test database."""
    from django.db import connection

    with django_db_blocker.unblock():
        connection.settings_dict["TEST"] |= {
            "TEMPLATE": migrated_database(connection),
            "MIGRATE": False,  # nothing is left to do, and finding that out takes as long as doing it
        }
