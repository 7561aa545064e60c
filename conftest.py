"""For every test: passwords are hashed quickly (argon2 is slow on purpose), and no test leaves its language or zone to the next."""

from collections.abc import Iterator

import pytest
from django.utils import timezone, translation


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _language_and_zone_of_its_own() -> Iterator[None]:
    # A request of the test's client leaves those of its user behind in the thread.
    yield
    translation.deactivate()
    timezone.deactivate()
