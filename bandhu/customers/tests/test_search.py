"""The one search: what finds whom, why, and that nobody is shown what is out of reach."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bandhu.customers.actions import change_company, change_contact, delete_contact, restore_contact
from bandhu.customers.models import Contact
from bandhu.customers.tests.cast import make_agent, make_company, make_contact
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.platform.models import SearchEntry, SearchWord
from bandhu.platform.queries import search
from bandhu.platform.search.indexing import forget_unused_words, index_records, reindex

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    return make_agent("Rupa", role="administrator")


@pytest.fixture
def book(rupa):
    company = make_company("Padma Traders", by=rupa, website="https://padma.example")
    make_contact(
        "মোঃ আব্দুর রহমান", by=rupa, phones=["+8801712345678"], mails=["a.rahman@padma.example"], company=company
    )
    make_contact("முருகன் செல்வராஜ்", by=rupa)
    make_contact("R. Lakshmi", by=rupa, nickname="Kutty")
    make_contact("Sourav Chatterjee", by=rupa)
    make_contact("নাজমা আখতার", by=rupa, nickname="Najma")
    make_contact("Katherine Johnson", by=rupa, mails=["kathy@gmail.com"])
    make_contact("Rahima Khatun", by=rupa)
    return company


def _titles(user, text, **more):
    return [hit.title for hit in search(user, text, **more)]


@pytest.mark.parametrize(
    ("typed", "found", "reason"),
    [
        ("Rahman", "মোঃ আব্দুর রহমান", "script"),
        ("রহমান", "মোঃ আব্দুর রহমান", "part"),
        ("abdur rahman", "মোঃ আব্দুর রহমান", "script"),
        ("Rahman, Abdur", "মোঃ আব্দুর রহমান", "script"),
        ("Mohammed Abdur Rahman", "মোঃ আব্দুর রহমান", "script"),
        ("Murugan", "முருகன் செல்வராஜ்", "script"),
        ("selvaraj murukan", "முருகன் செல்வராஜ்", "script"),
        ("Najma", "নাজমা আখতার", "script"),
        ("Laxmi", "R. Lakshmi", "spelling"),
        ("লক্ষ্মী", "R. Lakshmi", "script"),
        ("Ravi Lakshmi", "R. Lakshmi", "initial"),
        ("Kutty", "R. Lakshmi", "same"),
        ("চট্টোপাধ্যায়", "Sourav Chatterjee", "script"),
        ("Chattopadhyay", "Sourav Chatterjee", "spelling"),
        ("Kathrine Jonson", "Katherine Johnson", "spelling"),
        ("Katherxne Jhnson", "Katherine Johnson", "misspelling"),
        ("hnson", "Katherine Johnson", "part"),
        ("a.rahman@padma.example", "মোঃ আব্দুর রহমান", "mail"),
        ("kathy@g", "Katherine Johnson", "mail"),
        ("@gmail.com", "Katherine Johnson", "mail"),
        ("gmail.com", "Katherine Johnson", "mail"),
        ("Padma.Example", "Padma Traders", "mail"),
        ("01712-345678", "মোঃ আব্দুর রহমান", "phone"),
        ("+880 1712 345678", "মোঃ আব্দুর রহমান", "phone"),
        ("৩৪৫৬৭৮", "মোঃ আব্দুর রহমান", "phone"),
        ("Padma", "Padma Traders", "part"),
        ("Rahman Padma", "মোঃ আব্দুর রহমান", "company"),
    ],
)
def test_what_is_typed_finds_first_and_says_why(rupa, book, typed, found, reason):
    hits = search(rupa, typed)
    assert hits, typed
    assert (hits[0].title, hits[0].reason) == (found, reason)
    assert str(hits[0].explanation)


def test_a_name_is_found_while_it_is_typed(rupa, book):
    for typed in ("rahm", "rahma", "রহম", "abd rah"):
        assert "মোঃ আব্দুর রহমান" in _titles(rupa, typed), typed


def test_company_finds_its_people_too(rupa, book):
    assert "মোঃ আব্দুর রহমান" in _titles(rupa, "Padma")
    assert _titles(rupa, "Padma", kinds=["company"]) == ["Padma Traders"]


def test_renaming_a_company_moves_its_people(rupa, book, monkeypatch):
    change_company(book, actor=rupa, name="Meghna Mills")
    index_records("contact", list(Contact.objects.filter(company=book).values_list("pk", flat=True)))
    assert "মোঃ আব্দুর রহমান" in _titles(rupa, "Meghna")
    assert "মোঃ আব্দুর রহমান" not in _titles(rupa, "Padma")


@pytest.mark.parametrize(
    "typed", ["", "   ", "\x00", "%", "_", "\\", "'; DROP TABLE x; --", "🙂", "১", "@", "a" * 5000, "ـ"]
)
def test_senseless_text_raises_nothing(rupa, book, typed):
    assert isinstance(search(rupa, typed), list)


def test_nobody_finds_what_is_out_of_reach(rupa, book):
    stranger = make_user("Stranger")
    assert search(stranger, "Rahman") == []
    dhaka, chennai = make_team("Dhaka"), make_team("Chennai")
    arjun = make_user("Arjun", team=chennai)
    grant(arjun, "customers.view_contact", "team")
    make_contact("Rahman of Chennai", by=rupa, team=chennai, owner=None)
    make_contact("Rahman of Dhaka", by=rupa, team=dhaka, owner=None)
    assert _titles(arjun, "Rahman") == ["Rahman of Chennai"]
    mine = make_contact("Rahman alone", by=rupa, team=None, owner=arjun)
    assert set(_titles(arjun, "Rahman")) == {"Rahman of Chennai", "Rahman alone"}
    # The index may lag behind the record: the record decides.
    Contact.objects.filter(pk=mine.pk).update(owner=rupa)
    assert _titles(arjun, "Rahman") == ["Rahman of Chennai"]


def test_numbers_find_nothing_for_those_who_may_not_read_them(rupa, book):
    reader = make_user("Reader")
    grant(reader, "customers.view_contact")
    assert search(reader, "34567") == []
    assert search(reader, "01712345678") == [], (
        "whole numbers could be guessed, and the mask shows their ends"
    )


def test_the_bin_is_not_searched(rupa, book):
    contact = Contact.objects.get(full_name="Rahima Khatun")
    delete_contact(contact, actor=rupa)
    assert _titles(rupa, "Rahima") == []
    assert not SearchEntry.objects.filter(record_id=contact.pk).exists()
    restore_contact(contact, actor=rupa)
    assert _titles(rupa, "Rahima") == ["Rahima Khatun"]


def test_a_new_name_is_found_and_the_old_one_is_not(rupa, book):
    contact = Contact.objects.get(full_name="Rahima Khatun")
    change_contact(contact, actor=rupa, full_name="Salma Begum")
    assert _titles(rupa, "Salma") == ["Salma Begum"]
    assert "Salma Begum" not in _titles(rupa, "Khatun")


def test_the_whole_index_can_be_made_again(rupa, book):
    before = {
        (entry.record_id, entry.title, tuple(sorted(entry.keys))) for entry in SearchEntry.objects.all()
    }
    SearchEntry.objects.all().delete()
    assert reindex("contact") + reindex("company") == len(before)
    assert {(e.record_id, e.title, tuple(sorted(e.keys))) for e in SearchEntry.objects.all()} == before


def test_making_it_again_drops_entries_of_records_that_are_gone(rupa, book):
    gone = Contact.objects.get(full_name="Rahima Khatun")
    Contact.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())
    reindex("contact")
    assert not SearchEntry.objects.filter(record_id=gone.pk).exists()


def test_words_nobody_bears_any_more_are_dropped(rupa, book):
    change_contact(Contact.objects.get(full_name="Rahima Khatun"), actor=rupa, full_name="Salma Begum")
    kept = set(SearchWord.objects.values_list("word", flat=True)) - {"rahima", "khatun"}
    assert forget_unused_words() >= 1
    assert "rahima" not in set(SearchWord.objects.values_list("word", flat=True))
    assert {"salma", "begum"} <= set(SearchWord.objects.values_list("word", flat=True)) <= kept | {"khatun"}
    assert forget_unused_words() == 0


def test_many_records_are_written_in_one_set(rupa):
    rows = [
        Contact(full_name=f"Person {number:03d} Karim", sort_key=b"x", owner=rupa) for number in range(60)
    ]
    Contact.objects.bulk_create(rows)
    assert index_records("contact", [row.pk for row in rows]) == 60
    assert _titles(rupa, "Karim 042") == ["Person 042 Karim"]
    assert len(search(rupa, "করিম", limit=50)) == 50


@pytest.fixture
def people(rupa):
    cement = make_company("Kaveri Cement", by=rupa)
    make_contact("Sunil Singh", by=rupa)
    make_contact("Beth Quick", by=rupa)
    make_contact("Jon Steinbeck", by=rupa)
    make_contact("M. Uma Maheswari", by=rupa)
    make_contact("Md. Karim", by=rupa)
    make_contact("Ann Gentry", by=rupa)
    make_contact("S. Gayathri", by=rupa)
    make_contact("A. Gayathri", by=rupa)
    make_contact("Gayathri Devi Ranganathan Iyer", by=rupa)
    make_contact("Prakash", by=rupa, company=make_company("Gayathri Mills", by=rupa))
    make_contact("கோ. முருகன்", by=rupa, nickname="K. Murugan", company=cement)


@pytest.mark.parametrize("typed", ["xyzzyq", "qqqq", "invoice", "Qwrty Zxcvb"])
def test_what_nobody_is_called_finds_nothing(rupa, people, typed):
    assert _titles(rupa, typed) == []


def test_a_word_of_the_company_finds_no_names_that_are_merely_nearest(rupa, people):
    assert set(_titles(rupa, "cement")) == {"Kaveri Cement", "கோ. முருகன்"}
    reasons = {hit.title: hit.reason for hit in search(rupa, "cement")}
    assert reasons["கோ. முருகன்"] == "company"


def test_initials_of_md_and_another_name_are_no_answer(rupa, people):
    assert _titles(rupa, "Mohammed Karim") == ["Md. Karim"]


def test_a_name_stands_before_other_initials_and_before_what_a_company_is_called(rupa, people):
    found = _titles(rupa, "A Gayathri", kinds=["contact"])
    assert found[0] == "A. Gayathri" and "S. Gayathri" in found and "Ann Gentry" not in found
    assert _titles(rupa, "Gayathri", kinds=["contact"])[-1] == "Prakash"


@pytest.mark.parametrize(("typed", "reason"), [("முருகன்", "same"), ("Murugan", "script")])
def test_of_two_names_the_reason_is_told_of_the_one_that_is_shown(rupa, people, typed, reason):
    hit = search(rupa, typed)[0]
    assert (hit.title, hit.reason) == ("கோ. முருகன்", reason)


def test_reach_put_together_of_several_costs_no_further_look_at_the_words(rupa, people):
    """Kinds whose reach differs are searched apart, yet learn from each other: what is found as typed needs no misspellings."""
    seller = make_user("Seller", team=make_team("Dhaka"))
    grant(seller, "customers.view_contact", "team")
    grant(seller, "customers.view_company")
    make_contact("Gayathri Mohan", by=rupa, team=seller.team, owner=None)
    make_company("Gayathri Mohun Mills", by=rupa, owner=None, team=None)
    for typed, found in [
        ("Gayathri Mohan", ["Gayathri Mohan"]),
        ("Gayatri Mohan Mills", ["Gayathri Mohun Mills"]),
    ]:
        with CaptureQueriesContext(connection) as asked:
            assert _titles(seller, typed)[:1] == found
        words = [query["sql"] for query in asked if "FROM platform_searchword" in query["sql"]]
        assert len(words) == len(set(words))
        if typed == "Gayathri Mohan":
            assert not any(" % " in sql for sql in words), (
                "found as typed among contacts: nothing is misspelt"
            )
