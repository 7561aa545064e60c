"""Letters are set up by the API as on their page."""

import pytest

from bandhu.channels.actions import ensure_letters
from bandhu.channels.models import MailTemplate
from bandhu.identity.tests.api import caller
from bandhu.identity.tests.cast import make_user

pytestmark = pytest.mark.django_db
TEXTS = {"en": {"subject": "Your rice", "body": "Dear {{ contact.name }}"}}


@pytest.fixture
def ask():
    return caller(make_user("Boss", role="administrator"))


def test_a_letter_is_written_changed_and_put_out_of_use(ask):
    plain = {"en": {"subject": "Your rice", "body": "It is on its way."}}
    status, made, tag = ask("POST", "/letters", {"name": "On its way", "texts": plain})
    assert (status, made["texts"], made["key"], made["is_automatic"]) == (201, plain, "", False)
    path = f"/letters/{made['id']}"
    assert ask("PATCH", path, {"is_active": False}, **{"If-Match": '"x"'})[0] == 412
    status, changed, _tag = ask("PATCH", path, {"is_active": False}, **{"If-Match": tag})
    assert (status, changed["is_active"], changed["texts"]) == (200, False, plain)
    assert made["id"] in [one["id"] for one in ask("GET", "/letters")[1]["items"]]
    assert made["id"] not in [one["id"] for one in ask("GET", "/mail-templates")[1]]


def test_a_ready_made_one_is_reworded_in_a_language(ask):
    ensure_letters()
    ready = MailTemplate.objects.exclude(key="").first()
    path = f"/letters/{ready.pk}"
    before = ask("GET", path)[1]
    texts = before["texts"] | {"en": {"subject": "In our words", "body": "Short."}}
    status, changed, _tag = ask("PATCH", path, {"texts": texts})
    assert (status, changed["texts"]["en"]["subject"], changed["key"]) == (200, "In our words", ready.key)


@pytest.mark.parametrize(
    "sent",
    [
        {"texts": {"en": {"subject": "x", "body": "{{ no.such_field }}"}}},
        {"texts": {}},
        {"texts": {"tlh": {"subject": "x", "body": "y"}}},
        {"texts": {"en": {"subject": "x", "body": "y"}}, "purpose": "nonsense"},
    ],
)
def test_what_cannot_be_is_refused(ask, sent):
    before = MailTemplate.objects.count()
    assert ask("POST", "/letters", {"name": "Odd"} | sent)[0] == 422
    assert MailTemplate.objects.count() == before
