"""What several tests of billing stand on."""

import pytest

from bandhu.billing.tests.providers import running
from bandhu.channels.tests.post_office import smtp_server  # noqa: F401


@pytest.fixture
def providers(monkeypatch):
    with running(monkeypatch) as found:
        yield found
