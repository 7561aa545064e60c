"""How the help centre looks and who may use the portal, by the API."""

import pytest

from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.api import caller
from bandhu.identity.tests.cast import make_user
from bandhu.knowledge import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_user("Boss", role="administrator")


@pytest.fixture
def ask(boss):
    return caller(boss)


def test_it_is_read_and_changed_as_it_was_read(ask):
    status, _shown, tag = ask("GET", "/help-centre")
    wanted = {"names": {"en": "Rice help", "bn": "চাল সহায়তা"}, "colour": "#AA3300", "languages": ["bn", "en"]}
    assert status == 200 and ask("PATCH", "/help-centre", wanted, **{"If-Match": '"v1"'})[0] == 412
    status, changed, _tag = ask("PATCH", "/help-centre", wanted, **{"If-Match": tag})
    assert (status, changed["colour"], changed["languages"]) == (200, "#aa3300", ["bn", "en"])
    assert queries.help_centre().names["bn"] == "চাল সহায়তা"
    assert ask("PATCH", "/help-centre", wanted, **{"If-Match": tag})[0] == 412


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"languages": []}, "languages"),
        ({"imprint": "javascript:1"}, "imprint"),
    ],
)
def test_what_cannot_be_is_refused_by_field(ask, sent, field):
    before = queries.help_centre()
    status, problem, _tag = ask("PATCH", "/help-centre", sent)
    assert (status, list(problem["errors"])) == (422, [field]) and queries.help_centre() == before


def test_a_customer_is_shut_out_and_let_in_again(ask, boss):
    path = f"/contacts/{make_contact('Ann Lee', by=boss).pk}/portal-access"
    assert ask("GET", path)[1] == {"is_blocked": False, "last_seen_at": None}
    assert ask("PUT", path, {"is_blocked": True})[1]["is_blocked"] is True
    assert ask("PUT", path, {"is_blocked": False})[1]["is_blocked"] is False
