"""The pages of duplicates: list, side by side, judgement, merges, scans, rules, and the hint while typing."""

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.customers import actions, book_records
from bandhu.customers.models import Contact, DuplicatePair, DuplicateScan, Merge
from bandhu.customers.tests.cast import make_agent, make_contact
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform.actions.custom_fields import create_field

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    book_records._samples.clear()
    return make_agent("Rupa", role="supervisor", team=make_team("Dhaka"))


@pytest.fixture
def browser(rupa):
    return signed_in(rupa)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def pair(rupa):
    make_contact("Kamal Uddin", by=rupa, phones=["01500000001"])
    make_contact(
        "Abdur Rahman",
        by=rupa,
        phones=["01899111222"],
        birthday="1980-02-03",
        job_title="Owner",
        tags=["VIP"],
    )
    make_contact(
        "আব্দুর রহমান",
        by=rupa,
        phones=["01899111222"],
        birthday="1980-02-03",
        job_title="Clerk",
        mails=["ar@example.com"],
    )
    actions.run_scan(actions.start_scan(actor=rupa).pk)
    return DuplicatePair.objects.get()


def address_of(pair, suffix="duplicate", turned=False):
    ids = [pair.first_id, pair.second_id]
    return reverse(f"customers:{suffix}", args=[pair.kind, *(reversed(ids) if turned else ids)])


def test_the_list_shows_pairs_with_reasons(browser, pair):
    page = browser.get(reverse("customers:duplicates")).content.decode()
    assert "Abdur Rahman" in page
    assert "আব্দুর রহমান" in page
    assert "Same phone number" in page
    assert address_of(pair) in page


def test_an_empty_list_and_no_scan_yet(browser):
    for kind in ("contact", "company"):
        page = browser.get(reverse("customers:duplicates"), {"kind": kind, "after": "nonsense"})
        assert page.status_code == 200
        assert "The book has not been scanned yet" in page.content.decode()


def test_side_by_side_asks_only_where_the_two_differ(browser, pair):
    page = browser.get(address_of(pair)).content.decode()
    assert 'name="take_full_name"' in page
    assert 'name="take_job_title"' in page
    assert 'name="take_birthday"' not in page
    assert "ar@example.com" in page
    assert address_of(pair, turned=True) in page


def test_a_merge_takes_what_was_chosen_and_goes_on(browser, pair):
    answer = browser.post(address_of(pair), {"take_full_name": "mine", "take_job_title": "theirs"})
    assert (answer.status_code, answer.url) == (302, f"{reverse('customers:duplicates')}?kind=contact")
    stayed = Contact.objects.get(pk=pair.first_id)
    assert (stayed.full_name, stayed.job_title) == ("Abdur Rahman", "Clerk")
    assert browser.get(address_of(pair)).status_code == 404


def test_the_notes_of_both_are_kept_and_not_asked_about(browser, pair):
    for pk, note in ((pair.first_id, "Wants rice"), (pair.second_id, "Pays in cash")):
        Contact.objects.filter(pk=pk).update(note=note)
    page = browser.get(address_of(pair)).content.decode()
    assert "Both are kept" in page and 'name="take_note"' not in page
    browser.post(address_of(pair), {"take_full_name": "mine", "take_job_title": "mine"})
    assert Contact.objects.get(pk=pair.first_id).note == "Wants rice\n\nPays in cash\n\nJob title: Clerk"


def test_the_other_one_may_stay(browser, pair):
    browser.post(address_of(pair, turned=True))
    assert Merge.objects.get().winner_id == pair.second_id


def test_merges_are_listed_and_taken_back(browser, pair):
    browser.post(address_of(pair))
    merge = Merge.objects.get()
    assert "Abdur Rahman" in browser.get(reverse("customers:merges")).content.decode()
    undo = reverse("customers:merge_undoing", args=[merge.pk])
    assert browser.post(undo).status_code == 302
    assert Contact.objects.get(pk=pair.second_id).deleted_at is None
    assert "taken back already" in browser.post(undo, follow=True).content.decode()


def test_not_a_duplicate_leaves_the_list(browser, pair):
    browser.post(address_of(pair, "duplicate_judgement"))
    assert address_of(pair) not in browser.get(reverse("customers:duplicates")).content.decode()
    assert "two different ones" in browser.get(address_of(pair)).content.decode()
    browser.post(address_of(pair, "duplicate_judgement"), {"open": "1"})
    assert address_of(pair) in browser.get(reverse("customers:duplicates")).content.decode()


def test_a_scan_is_started_watched_and_stopped(browser):
    browser.post(reverse("customers:duplicate_scans"), {"kind": "contact"})
    scan = DuplicateScan.objects.get()
    assert "Waiting to start" in browser.get(reverse("customers:duplicate_scans")).content.decode()
    DuplicateScan.objects.update(state="reading", total=100, read=40)
    assert 'value="40"' in browser.get(reverse("customers:duplicate_scans")).content.decode()
    DuplicateScan.objects.update(state="comparing", compared_share=0.25)
    assert 'value="25"' in browser.get(reverse("customers:duplicate_scans")).content.decode()
    browser.post(reverse("customers:duplicate_scan_stop"), {"kind": "contact"})
    scan.refresh_from_db()
    assert scan.state == "cancelled"


@pytest.mark.parametrize(("sent", "on"), [({"on": "on", "least": "97", "needs": "same_mail"}, True), ({"on": "on", "least": "5"}, False), ({"on": "on", "least": "x"}, False)])  # fmt: skip
def test_rules_are_changed_or_refused_with_a_sentence(browser, sent, on):
    page = browser.post(reverse("customers:duplicate_rules"), sent, follow=True).content.decode()
    assert ("Saved." in page) == on
    assert ("at least 90" in page) != on


def test_the_hint_names_who_may_be_the_same(browser, pair):
    url = reverse("customers:duplicates_typed", args=["contact"])
    page = browser.get(
        url, {"full_name": "A Rahman", "phones": "1", "phones-1-number": "01899 111222"}
    ).content.decode()
    assert "Abdur Rahman" in page
    assert "Same phone number" in page
    assert browser.get(url, {"full_name": "Nobody Atall"}).content.decode().strip() == ""
    assert "duplicates-hint" in browser.get(reverse("customers:contact_new")).content.decode()


def test_odd_addresses_are_not_found(browser, pair):
    same = reverse("customers:duplicate", args=["contact", pair.first_id, pair.first_id])
    assert browser.post(same).status_code == 422
    assert (
        browser.get(reverse("customers:duplicate", args=["tag", pair.first_id, pair.second_id])).status_code
        == 404
    )


def test_who_may_not_merge_sees_no_pairs_and_who_sees_neither_gets_404(rupa, pair):
    reader = signed_in(make_user("Reader", role="read_only", team=rupa.team))
    assert reader.get(reverse("customers:duplicates")).status_code == 403
    assert reader.get(address_of(pair)).status_code == 403
    stranger = signed_in(make_user("Stranger", role="sales", team=make_team("Elsewhere")))
    assert stranger.get(address_of(pair)).status_code == 404
    assert stranger.post(address_of(pair)).status_code == 404
    assert address_of(pair) not in stranger.get(reverse("customers:duplicates")).content.decode()
    assert not Merge.objects.exists()


def test_the_record_page_names_its_duplicates_and_merges_with_somebody_chosen(browser, pair):
    part = reverse("customers:contact_duplicates", args=[pair.first_id])
    page = browser.get(part, headers={"HX-Request": "true"}).content.decode()
    assert address_of(pair) in page
    assert str(pair.first_contact) not in page
    chosen = reverse("customers:contact_duplicate_chosen", args=[pair.first_id])
    answer = browser.get(chosen, {"other": f"contact:{pair.second_id}"})
    assert answer.url == address_of(pair)
    for other in ("", "contact:x", f"company:{pair.second_id}", f"contact:{pair.first_id}"):
        assert browser.get(chosen, {"other": other}).url == reverse("customers:contact", args=[pair.first_id])
    browser.post(address_of(pair, "duplicate_judgement"))
    page = browser.get(reverse("customers:contact_duplicates", args=[pair.first_id])).content.decode()
    assert address_of(pair) not in page


def test_codes_stand_side_by_side_in_words(browser, pair, rupa):
    size = create_field(
        actor=make_agent("Mina", role="administrator"), kind="contact", type="choice", labels={"en": "Shoe"}, options={"choices": [{"key": "s", "labels": {"en": "Small shoe"}}]}
    )  # fmt: skip
    Contact.objects.update(language="bn", preferred_channel="whatsapp", custom={size.key: "s"})
    page = browser.get(address_of(pair)).content.decode()
    for words in ("Bangla", "WhatsApp", "Small shoe"):
        assert words in page


def test_list_review_and_record_tell_one_score_and_the_same_reasons(browser, pair):
    DuplicatePair.objects.update(
        score=0.9998, reasons=["same_given_name", "same_family_name", "phone_differs"]
    )
    pages = [
        browser.get(reverse("customers:duplicates")).content.decode(),
        browser.get(address_of(pair)).content.decode(),
        browser.get(reverse("customers:contact_duplicates", args=[pair.first_id])).content.decode(),
    ]
    for page in pages:
        assert "99%" in page and "100%" not in page
        assert "Different phone numbers" in page and "Same phone number" not in page
