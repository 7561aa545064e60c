"""REST: the answers that are written without pydantic's help are of the declared kind all the same."""

import pytest
from django.test import Client

from bandhu.interactions.actions import log_interaction
from bandhu.interactions.api import InteractionOut
from bandhu.interactions.tests.cast import make_world
from bandhu.platform.rest import PageOf

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/contacts/{0}/timeline", "/interactions"])
def test_a_timeline_answers_what_its_schema_declares_and_what_the_entry_itself_answers(path):
    rupa, _arjun, contact = make_world()
    made = log_interaction(
        contact, actor=rupa, kind="call", direction="out", body="রসিদ", details={"amount": 2**70, "of": ["x"]},
        seconds=90, source="exchange", external_id="7",
    )  # fmt: skip
    log_interaction(contact, actor=rupa, kind="note", body="Later.")
    client = Client()
    client.force_login(rupa)
    answer = client.get("/api/v1" + path.format(contact.pk)).json()
    PageOf[InteractionOut].model_validate(answer)
    assert all(set(one) == set(InteractionOut.model_fields) for one in answer["items"])
    first = client.get("/api/v1" + path.format(contact.pk) + "?limit=1").json()
    assert first["items"] == answer["items"][:1]
    rest = client.get("/api/v1" + path.format(contact.pk), {"limit": 1, "cursor": first["next"]}).json()
    assert rest["items"] == answer["items"][1:]
    found = {one["id"]: one for one in answer["items"]}
    assert found[str(made.pk)] == client.get(f"/api/v1/interactions/{made.pk}").json()
