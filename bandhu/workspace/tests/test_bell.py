import pytest
from django.test import Client
from django.urls import reverse

from bandhu.identity.tests.cast import make_user
from bandhu.platform.notifications import notify

pytestmark = pytest.mark.django_db
NEWS = "There is something new."


def test_the_bell_says_whether_something_is_unread():
    rupa, kamal = make_user("Rupa", role="service"), make_user("Kamal", role="service")
    client = Client()
    client.force_login(rupa)
    home, bell = reverse("workspace:home"), reverse("workspace:notifications")
    notify(kamal, "%(what)s", what="not for Rupa")
    assert NEWS not in client.get(home).text

    notify(rupa, "%(what)s", what="the promise is broken")
    for address in (home, f"{bell}?part=mark"):
        assert NEWS in client.get(address).text, address
    assert "the promise is broken" in client.get(bell).text

    answer = client.post(reverse("workspace:reading"))
    assert "notifications-read" in answer["HX-Trigger"], "the dot is fetched again"
    for address in (home, f"{bell}?part=mark"):
        assert NEWS not in client.get(address).text, address
