"""A field of type file holds a file: sent in the form, fetched, replaced, hidden from roles, exported by name and address."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bandhu.customers import actions
from bandhu.customers.exporting import view_table, whole_table
from bandhu.customers.models import Contact
from bandhu.customers.tests.cast import make_agent, make_contact
from bandhu.customers.tests.test_own_fields import make_field
from bandhu.identity.tests.cast import make_user
from bandhu.platform.files import files_of
from bandhu.platform.models import AuditEntry, StoredFile

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def rupa():
    return make_agent("Rupa")


@pytest.fixture
def field():
    return make_field("Contract", "file")


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def sent(name="চুক্তি.pdf", content=b"%PDF-1.7 hello"):
    return SimpleUploadedFile(name, content)


def with_file(rupa, field):
    address = reverse("customers:contact_new")
    client_of(rupa).post(address, {"full_name": "Rahima", f"custom.{field.key}": sent()})
    return Contact.objects.get(full_name="Rahima")


def test_a_file_sent_with_a_new_contact_is_shown_and_fetched(rupa, field):
    contact = with_file(rupa, field)
    stored = StoredFile.objects.get()
    assert contact.custom == {field.key: {"id": str(stored.pk), "name": "চুক্তি.pdf"}}
    assert (stored.media_type, stored.created_by, files_of(contact.pk)) == ("application/pdf", rupa, [])
    client, address = client_of(rupa), reverse("platform:file", args=[stored.pk])
    assert address in client.get(reverse("customers:contact", args=[contact.pk])).content.decode()
    assert address in client.get(reverse("customers:contact_edit", args=[contact.pk])).content.decode()
    assert b"".join(client.get(address).streaming_content) == b"%PDF-1.7 hello"
    by_api = client.get(f"/api/v1/contacts/{contact.pk}/attachments/{stored.pk}")
    assert b"".join(by_api.streaming_content) == b"%PDF-1.7 hello"


def test_the_form_keeps_replaces_and_clears_it_and_the_trail_tells(rupa, field):
    contact, client = with_file(rupa, field), client_of(rupa)
    edit, name = reverse("customers:contact_edit", args=[contact.pk]), f"custom.{field.key}"
    client.post(edit, {"full_name": "Rahima Khatun"})
    contact.refresh_from_db()
    assert contact.custom[field.key]["name"] == "চুক্তি.pdf"
    place = reverse("customers:contact_field", args=[contact.pk, name])
    answer = client.post(place, {name: sent("new.txt", b"new")}, HTTP_HX_REQUEST="true")
    assert (answer.status_code, "new.txt" in answer.content.decode()) == (200, True)
    contact.refresh_from_db()
    assert contact.custom[field.key]["name"] == "new.txt"
    assert list(StoredFile.objects.filter(deleted_at=None).values_list("name", flat=True)) == ["new.txt"]
    client.post(place, {f"{name}-clear": "on"}, HTTP_HX_REQUEST="true")
    contact.refresh_from_db()
    assert contact.custom == {} and not StoredFile.objects.filter(deleted_at=None).exists()
    changes = [entry.changes.get(name) for entry in AuditEntry.objects.filter(verb="changed").order_by("id")]
    names = [[one and one["name"] for one in pair] for pair in changes if pair]
    assert names == [["চুক্তি.pdf", "new.txt"], ["new.txt", None]]


def test_an_empty_file_is_refused_at_its_field(rupa, field):
    name = f"custom.{field.key}"
    answer = client_of(rupa).post(reverse("customers:contact_new"), {"full_name": "X", name: sent("a", b"")})
    assert answer.status_code == 422
    assert not Contact.objects.exists() and not StoredFile.objects.exists()


def test_a_text_or_another_fields_file_cannot_stand_for_it(rupa, field):
    contact = make_contact(by=rupa)
    attached = actions.attach_file(contact, actor=rupa, name="a.txt", content=[b"one"])
    for value in ("contract.pdf", {"id": str(attached.pk), "name": "a.txt"}, {"id": "x"}, ["y"]):
        with pytest.raises(ValidationError):
            actions.change_contact(contact, actor=rupa, custom={field.key: value})


def test_who_may_not_see_the_field_does_not_get_its_file(rupa):
    field = make_field("Contract", "file", visible_to_roles=["manager"])
    contact = with_file(rupa, field)
    stored = StoredFile.objects.get()
    reader = client_of(make_user("Reader", role="read_only"))
    page = reader.get(reverse("customers:contact", args=[contact.pk])).content.decode()
    assert "Contract" not in page and "চুক্তি.pdf" not in page
    assert reader.get(reverse("platform:file", args=[stored.pk])).status_code == 404
    assert reader.get(f"/api/v1/contacts/{contact.pk}/attachments/{stored.pk}").status_code == 404


def test_an_export_gives_its_name_and_address(rupa, field, settings):
    settings.PUBLIC_URL = "https://crm.example.com"
    with_file(rupa, field)
    stored = StoredFile.objects.get()
    wanted = f"চুক্তি.pdf <https://crm.example.com/files/{stored.pk}/>"
    shown = view_table(rupa, "contact", {"columns": ["full_name", f"custom.{field.key}"]})
    assert list(shown.rows) == [["Rahima", wanted]]
    whole = whole_table(rupa, "contact")
    assert next(iter(whole.rows))[whole.header.index("Contract (own field)")] == wanted


def test_it_goes_along_in_a_merge_and_away_with_a_purge(rupa, field):
    admin = make_user("Admin", role="administrator")
    contact, winner = with_file(rupa, field), make_contact("Winner", by=rupa)
    actions.merge_records(winner, contact, actor=admin)
    winner.refresh_from_db()
    stored = StoredFile.objects.get()
    assert (winner.custom[field.key]["id"], stored.record_id) == (str(stored.pk), winner.pk)
    actions.delete_contact(winner, actor=admin)
    actions.purge_contact(winner, actor=admin)
    assert not StoredFile.objects.exists()
