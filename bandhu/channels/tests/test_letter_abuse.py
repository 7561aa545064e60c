"""Letters, ready replies, signatures and what goes to a provider of texts are words with places to fill in, and never programs."""

import json
from urllib.parse import parse_qs

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from bandhu.channels import actions
from bandhu.channels.adapters import http_sms
from bandhu.channels.merge_fields import Addressed, merged
from bandhu.channels.models import MailTemplate
from bandhu.channels.tests.channel_cast import VALUES
from bandhu.channels.tests.post_office import house_account, letter
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.inbox.actions import save_canned_reply
from bandhu.interactions.actions import write_message
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db
# Each asks for a field that does not exist: refused when it is saved.
FIELDS = [
    "{{ request }}",
    "{{settings.SECRET_KEY}}".lower(),
    "{{contact.__class__}}",
    "{{contact.owner.password}}",
    "{{sender.password}}",
    "{{ env }}",
    "{{contact.full_name.__init__.__globals__}}",
]
# And these are no field at all: they stand in the letter as they were written.
WORDS = [
    "{% include 'admin/base.html' %}",
    "{% load log %}{% get_admin_log 10 as x %}",
    "{% for one in range(1000000) %}x{% endfor %}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ 'x' * 1000000 }}",
    "{{settings.SECRET_KEY}}",
    "${7*7} #{7*7} <%= 7*7 %> {0.__class__} %(password)s %s {contact.full_name}",
    "{#" + "{{" * 40,
]
ENDLESS = [
    "{{ " * 100_000,
    "{{a|" + "x" * 1_000_000,
    "{{" + "a." * 500_000 + "}}",
    "{{" + " " * 1_000_000,
    "{{a" + "|b" * 300_000,
]


@pytest.fixture
def admin():
    ensure_purposes()
    return make_user("Admin", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def rahima(admin):
    return make_contact("Rahima Khatun", by=admin, mails=["rahima@example.org"], team=admin.team, owner=admin)


def holds_no_secret(text, admin):
    return settings.SECRET_KEY not in text and admin.password not in text and "object at 0x" not in text


@pytest.mark.parametrize("text", [*FIELDS, *WORDS])
def test_a_letter_is_filled_in_and_never_run(admin, rahima, text):
    filled = merged(f"{text} {{{{contact.family_name}}}}.", Addressed(rahima, admin))
    assert filled.text == f"{text} {rahima.family_name}."
    assert holds_no_secret(filled.text, admin)


@pytest.mark.parametrize("text", ENDLESS)
def test_text_without_end_comes_to_an_end(admin, rahima, text):
    assert merged(text, Addressed(rahima, admin)).text == text


def test_what_a_customer_is_called_is_filled_in_once_and_escaped(admin):
    mallory = make_contact("{{sender.mail}} <script>x()</script>", by=admin, team=admin.team, owner=admin)
    addressed = Addressed(mallory, admin)
    assert merged("{{contact.full_name}}", addressed).text == mallory.full_name
    assert "<script>" not in merged("{{contact.full_name}}", addressed, is_html=True).text


@pytest.mark.parametrize("text", FIELDS)
def test_a_field_there_is_not_is_refused_when_it_is_saved(admin, text):
    with pytest.raises(ValidationError) as refused:
        actions.set_template(None, actor=admin, name="Evil", texts={"en": {"subject": "x", "body": text}})
    assert "texts" in refused.value.message_dict
    with pytest.raises(ValidationError):
        save_canned_reply(actor=admin, name="Evil", shortcut="evil", texts={"en": text})
    assert not MailTemplate.objects.filter(name="Evil").exists()


@pytest.mark.parametrize("text", [*FIELDS, *WORDS])
def test_a_signature_leaves_as_it_was_written(admin, smtp_server, text):
    account = house_account(admin, smtp_server, signatures={"en": text})
    asked = actions.receive_mail(account, letter().as_bytes()).inbox_message
    answer = write_message(asked.conversation, actor=admin, text="Yes.", send_at=timezone.now())
    actions.send_queued(actions.post_message(answer.pk).pk)
    [(_sender, _recipients, sent)] = smtp_server.taken
    words = sent.get_body(("plain",)).get_content()
    assert " ".join(text.split())[:60] in " ".join(words.split())
    assert holds_no_secret(smtp_server.raw[0].decode(), admin)


@pytest.mark.parametrize(
    "hostile",
    ["{key} {text.__class__} {0} {settings} %s", '"}, "to": "+1900', "&to=+1900&x=", "{to}{text}{text}"],
)
@pytest.mark.parametrize(
    "form", ["to={digits}&text={text}&from={from}", '{"to": "{digits}", "text": "{text}"}']
)
def test_words_to_a_provider_break_out_of_nothing_and_fill_nothing_in(hostile, form):
    values = {"to": "+8801", "digits": "8801", "text": hostile, "from": "B", "id": "1", "key": "the key"}
    content, kind = http_sms._filled(form, values)
    if "json" in kind:
        assert json.loads(content) == {"to": "8801", "text": hostile}
    else:
        assert parse_qs(content.decode()) == {"to": ["8801"], "text": [hostile], "from": ["B"]}


def test_an_unfinished_form_for_a_provider_is_refused(admin):
    for form in ("to={digits}", '{"to": "{to}", "text": "{text}"', "{text}"):
        values = VALUES["http_sms"] | {"template": form}
        with pytest.raises(ValidationError):
            actions.create_channel(actor=admin, kind="http_sms", name="SMS", values=values)
