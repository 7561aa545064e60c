"""The channels of the demonstration: the chat works on our own pages, the number that does not exist is paused."""

import pytest

from bandhu.channels.models import Channel
from bandhu.identity.ready_made import system_user
from bandhu.workspace.demo.connected import connect_channels


@pytest.mark.django_db
def test_the_chat_answers_and_the_number_waits(client):
    places = connect_channels(system_user())
    answer = client.post(
        f"/chat/{places['chat']}/hello/", "{}", content_type="text/plain", HTTP_ORIGIN="http://testserver"
    )
    assert answer.json()["title"] == "Bandhu Traders"
    whatsapp = Channel.objects.get(pk=places["whatsapp"])
    assert whatsapp.is_paused
    states = whatsapp.approved_templates.values_list("language", "state")
    assert {"bn", "ta"} < {language for language, state in states if state == "approved"}
