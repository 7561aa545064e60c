import pytest
from django.db import connection

from bandhu.customers.models import Contact
from bandhu.identity import actions
from bandhu.identity.masking import reveal_field
from bandhu.identity.models import Role
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.platform import audit
from bandhu.platform.models import AuditEntry
from bandhu.platform.origin import coming_from

pytestmark = pytest.mark.django_db
TRAIL = "/settings/audit/"


@pytest.fixture
def admin(client):
    user = make_user("Rupa", role="administrator")
    client.force_login(user)
    return user


def _text(answer):
    return answer.content.decode()


def test_a_change_is_told_field_by_field_with_who_and_from_where(client, admin):
    kamal = make_user("Kamal", role="sales")
    with coming_from("page", address="203.0.113.7"):
        actions.change_user(kamal, actor=admin, full_name="Kamal Hossain", team=make_team("North"))
    actions.change_role(
        Role.objects.get(key="sales"), actor=admin, grants={"customers.view_contact": "everyone"}
    )
    page = _text(client.get(TRAIL))
    for words in ("Kamal Hossain", "203.0.113.7", "North", "Name", "See contacts"):
        assert words in page
    assert "Everyone&#x27;s" in page, "a reach is written in words"


def test_an_import_is_told_in_the_words_and_digits_of_the_reader(client, admin):
    admin.language = "bn"
    admin.save()
    audit.record_change(
        "import finished", actor=admin, kind="import", title="a.csv", changes={"failed": (None, 12)}
    )
    page = _text(client.get(TRAIL))
    assert "১২" in page
    assert "Import finished" not in page


def test_the_trail_is_filtered_and_nonsense_in_a_filter_is_left_out(client, admin):
    actions.create_team(actor=admin, name="North")
    kamal = make_user("Kamal")
    audit.record_change("changed", actor=kamal, kind="contact", title="Anika")
    assert "Anika" in _text(client.get(TRAIL, {"actor": str(kamal.pk)}))
    assert "North" not in _text(client.get(TRAIL, {"actor": str(kamal.pk)}))
    assert "Anika" not in _text(client.get(TRAIL, {"kind": "team"}))
    assert "North" not in _text(client.get(TRAIL, {"verb": "changed"}))
    assert "North" not in _text(client.get(TRAIL, {"q": "anik"}))
    assert "Nothing fits" in _text(client.get(TRAIL, {"until": "2001-01-01"}))
    odd = {"actor": "x", "verb": "zz", "since": "yesterday", "before": "-1", "q": "%\x00"}
    assert client.get(TRAIL, odd).status_code == 200
    assert client.get(TRAIL, {"before": "9" * 30}).status_code == 200


def test_older_entries_follow_page_by_page_without_gap_or_repeat(client, admin):
    for number in range(120):
        audit.record_change("changed", actor=admin, kind="contact", title=f"Contact {number:03d}.")
    seen, query = [], {}
    for _page in range(4):
        answer = client.get(TRAIL, query, headers={"HX-Request": "true"})
        seen += [line.entry.record_title for line in answer.context["lines"]]
        if not answer.context["more"]:
            break
        assert "<html" not in _text(answer)
        query = {"before": answer.context["more"]}
    changed = [title for title in seen if title.startswith("Contact")]
    assert changed == [f"Contact {number:03d}." for number in reversed(range(120))]


def test_hidden_values_stay_hidden_in_the_trail(client):
    reader = make_user("Reader")
    grant(reader, "identity.view_audit")
    client.force_login(reader)
    audit.record_change(
        "changed",
        actor=reader,
        kind="contact",
        title="Anika",
        changes={"phones": ([], ["+8801712345678"]), "national_id": ("", "1990123456789")},
    )
    page = _text(client.get(TRAIL))
    assert "+8801712345678" not in page
    assert "1990123456789" not in page
    assert "+8801••••••678" in page
    grant(reader, "customers.see_phones", "everyone")
    page = _text(client.get(TRAIL))
    assert "+8801712345678" in page
    assert "1990123456789" not in page


def test_the_history_of_a_record_needs_both_the_permission_and_the_record(client, admin):
    team = make_team("North")
    contact = Contact.objects.create(full_name="Anika", team=team, sort_key=b"x", national_id="1990123456789")
    reveal_field(contact, actor=admin, field="national_id")
    url = f"/settings/audit/contact/{contact.pk}/"
    assert "Looked at a hidden value" in _text(client.get(url))
    reader = make_user("Reader")
    client.force_login(reader)
    assert client.get(url).status_code == 404
    grant(reader, "customers.view_contact")
    assert client.get(url).status_code == 403
    grant(reader, "identity.view_audit")
    assert client.get(url).status_code == 200


def test_only_who_may_read_the_trail_does(client):
    client.force_login(make_user("Kamal", role="sales"))
    assert client.get(TRAIL).status_code == 403
    assert client.post(f"{TRAIL}check/").status_code == 403


def test_somebody_who_edits_a_row_in_sql_is_found_and_shown(client, admin):
    for number in range(5):
        audit.record_change("changed", actor=admin, kind="contact", title=f"Contact {number}")
    client.post(f"{TRAIL}check/")
    assert "nothing altered" in _text(client.get(TRAIL))
    entry = AuditEntry.objects.get(record_title="Contact 2")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE platform_auditentry SET actor_name = 'Somebody else' WHERE id = %s", [entry.pk]
        )
    client.post(f"{TRAIL}check/")
    page = _text(client.get(TRAIL))
    assert "altered the trail" in page
    assert f"<li>{entry.seal}:" in page


def test_a_row_removed_in_sql_is_found_too(client, admin):
    for number in range(5):
        audit.record_change("changed", actor=admin, kind="contact", title=f"Contact {number}")
    audit.seal_entries()
    entry = AuditEntry.objects.get(record_title="Contact 2")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM platform_auditentry WHERE id = %s", [entry.pk])
    client.post(f"{TRAIL}check/")
    assert "an entry is missing" in _text(client.get(TRAIL))


def test_amounts_and_files_of_own_fields_are_told_in_words(client, admin):
    audit.record_change(
        "changed", actor=admin, kind="contact", title="Rahima",
        changes={"custom.fa": (None, {"amount": 125050, "currency": "BDT"}), "custom.fb": (None, {"id": "1", "name": "deed.pdf"})},
    )  # fmt: skip
    page = _text(client.get(TRAIL))
    assert "deed.pdf" in page and "1,250.50" in page and "125050" not in page
