"""What several tests of billing stand on."""

import pytest

from bandhu.billing.tests.providers import running


@pytest.fixture
def providers(monkeypatch):
    with running(monkeypatch) as found:
        yield found
