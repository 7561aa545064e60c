"""Duplicates in the book: while one types, by a scan, judged by people, merged by rules."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone

from bandhu.customers import actions, book_records, queries
from bandhu.customers.actions import duplicates as duplicate_actions
from bandhu.customers.duplicate_reasons import REASONS, sentences
from bandhu.customers.matching import scan as scan_steps
from bandhu.customers.matching.comparing import FIELDS
from bandhu.customers.matching.scan_part import compare_part
from bandhu.customers.models import Contact, DuplicatePair, DuplicateScan, Merge
from bandhu.customers.scan_care import folder_for, wake_silent_scans
from bandhu.customers.tests.cast import make_agent, make_company, make_contact
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import grant, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_sample():
    book_records._samples.clear()


@pytest.fixture
def rupa():
    return make_agent("Rupa", role="supervisor", team=make_team("Dhaka"))


@pytest.fixture
def book(rupa):
    """Forty people, two of them twice."""
    for number in range(40):
        make_contact(
            f"{['Abir', 'Bithi', 'Chaya', 'Dipu', 'Ela'][number % 5]} {['Khan', 'Sen', 'Roy', 'Das'][number % 4]}{number}",
            by=rupa, phones=[f"017{number:02}345678"], mails=[f"p{number}@example.com"],
        )  # fmt: skip
    one = make_contact("Abdur Rahman", by=rupa, phones=["01899111222"], birthday="1980-02-03")
    other = make_contact("আব্দুর রহমান", by=rupa, phones=["+8801899111222"], birthday="1980-02-03")
    return one, other


def found_pair() -> DuplicatePair:
    return DuplicatePair.objects.get(state="open")


def test_somebody_with_the_same_phone_is_found_while_typing(rupa, book):
    first = queries.possible_duplicates(rupa, name="A. Rahman", phones=["01899-111222"], country="BD")[0]
    assert first.record in book
    assert first.likely
    assert "same_phone" in first.reasons


def test_the_name_in_another_script_is_found_while_typing(rupa, book):
    found = queries.possible_duplicates(rupa, name="Abdur Rehman")
    assert {one.record for one in found} >= set(book)
    assert not any(one.likely for one in found)


def test_what_is_out_of_reach_is_not_told(rupa, book):
    stranger = make_user("Stranger", role="sales", team=make_team("Elsewhere"))
    assert queries.possible_duplicates(stranger, name="Abdur Rahman", phones=["+8801899111222"]) == []


@pytest.mark.parametrize("name", ["", " ", "%", "'; drop table", "\x00", "ক" * 400, "a" * 400])
def test_odd_words_while_typing_find_nothing_and_raise_nothing(rupa, book, name):
    assert (
        queries.possible_duplicates(rupa, name=name, phones=["-", "x"], mails=["@", "no"], birthday="31")
        == []
    )


def test_a_scan_finds_the_pairs_and_says_why(rupa, book):
    scan = actions.start_scan(actor=rupa)
    assert actions.start_scan(actor=rupa) == scan
    actions.run_scan(scan.pk)
    scan.refresh_from_db()
    assert (scan.state, scan.read, scan.new_pairs) == ("done", 42, 1)
    pair = found_pair()
    assert {pair.first_contact, pair.second_contact} == set(book)
    assert "same_phone" in pair.reasons
    assert all(sentence and good for sentence, good in sentences(pair.reasons))
    assert queries.open_pairs(rupa).get() == pair
    assert queries.scan_for(rupa) == scan


def test_a_second_scan_adds_nothing_and_forgets_what_is_settled(rupa, book):
    actions.run_scan(actions.start_scan(actor=rupa).pk)
    actions.change_contact(
        book[1], actor=rupa, phones=["01500000000"], full_name="Kamal Uddin", birthday="1999-01-01"
    )
    again = actions.start_scan(actor=rupa)
    actions.run_scan(again.pk)
    assert not DuplicatePair.objects.exists()


def test_companies_are_scanned_too(rupa):
    for name in ("Padma Traders Ltd.", "Padma Traders", "Jamuna Foods", "Meghna Steel"):
        make_company(
            name,
            by=rupa,
            website="padma.example.com" if "Padma" in name else "",
            phones=["0255012345"] if "Padma" in name else [],
        )
    actions.run_scan(actions.start_scan(actor=rupa, kind="company").pk)
    pair = queries.open_pairs(rupa, "company").get()
    assert "Padma" in pair.first_company.name


def test_not_a_duplicate_stays_decided(rupa, book):
    pair = actions.judge_pair(*book, actor=rupa, different=True)
    actions.run_scan(actions.start_scan(actor=rupa).pk)
    pair.refresh_from_db()
    assert pair.state == "different"
    assert not queries.open_pairs(rupa).exists()
    actions.judge_pair(book[1], book[0], actor=rupa, different=False)
    assert queries.open_pairs(rupa).get() == pair


def test_a_pair_is_seen_only_by_who_sees_both(rupa, book):
    actions.run_scan(actions.start_scan(actor=rupa).pk)
    half = make_user("Half", team=make_team("Sylhet"))
    grant(half, "customers.view_contact", "own")
    grant(half, "customers.merge_contact", "own")
    Contact.objects.filter(pk=book[0].pk).update(owner=half)
    assert not queries.open_pairs(half).exists()
    with pytest.raises(Http404):
        queries.pair_for(half, found_pair().pk)
    with pytest.raises(Http404):
        actions.judge_pair(*book, actor=half, different=True)


def test_a_merge_closes_its_pair_and_its_undo_opens_it_again(rupa, book):
    actions.run_scan(actions.start_scan(actor=rupa).pk)
    merge = actions.merge_records(*book, actor=rupa)
    assert DuplicatePair.objects.get().state == "merged"
    assert queries.merges(rupa).get() == merge
    actions.undo_merge(merge, actor=rupa)
    assert queries.open_pairs(rupa).count() == 1


def test_a_scan_merges_nothing_by_itself_unless_told_to(rupa, book):
    actions.run_scan(actions.start_scan(actor=rupa).pk)
    assert not Merge.objects.exists()
    actions.change_automatic_rules(actor=rupa, on=True, least=0.95)
    scan = actions.start_scan(actor=rupa)
    actions.run_scan(scan.pk)
    merge = Merge.objects.get()
    assert merge.automatic
    assert merge.winner_id == book[0].pk
    scan.refresh_from_db()
    assert scan.merged == 1


def test_rules_never_merge_against_a_difference_or_a_judgement(rupa, book):
    actions.change_automatic_rules(actor=rupa, on=True, least=0.9)
    rules = queries.automatic_rules()
    assert rules.allow(0.999, ["same_phone", "same_name"])
    assert not rules.allow(0.999, ["same_phone", "birthday_differs"])
    assert not rules.allow(0.999, ["same_name", "same_city"])
    assert not rules.allow(0.8, ["same_phone"])
    actions.judge_pair(*book, actor=rupa, different=True)
    actions.run_scan(actions.start_scan(actor=rupa).pk)
    assert not Merge.objects.exists()


@pytest.mark.parametrize("rules", [{"least": 0.5}, {"least": 1.5}, {"needs": ()}, {"needs": ("same_city",)}])
def test_rules_that_would_merge_strangers_are_refused(rupa, rules):
    with pytest.raises(ValidationError):
        actions.change_automatic_rules(actor=rupa, on=True, **rules)


def test_a_stopped_scan_writes_nothing(rupa, book):
    scan = actions.start_scan(actor=rupa)
    actions.stop_scan(actor=rupa)
    actions.run_scan(scan.pk)
    assert not DuplicatePair.objects.exists()
    assert actions.start_scan(actor=rupa) != scan


def test_a_scan_whose_worker_died_is_taken_up_again(rupa, book):
    scan = actions.start_scan(actor=rupa)
    DuplicateScan.objects.filter(pk=scan.pk).update(
        state="comparing", beat_at=timezone.now() - timedelta(minutes=9)
    )
    assert wake_silent_scans() == 1
    actions.run_scan(scan.pk)
    scan.refresh_from_db()
    assert scan.state == "done"
    assert queries.open_pairs(rupa).count() == 1


def test_a_scan_killed_while_it_compared_goes_on_with_the_parts_that_were_left(rupa, book, monkeypatch):
    scan = actions.start_scan(actor=rupa)
    compared = []

    def dying(folder, scorer, ends, part, least, stored):
        if len(compared) == 40:
            raise KeyboardInterrupt
        compared.append(part)
        compare_part(folder, scorer, ends, part, least, stored)

    monkeypatch.setattr(scan_steps, "compare_part", dying)
    with pytest.raises(KeyboardInterrupt):
        actions.run_scan(scan.pk)
    scan.refresh_from_db()
    assert scan.state == "comparing" and 0.25 < scan.compared_share < 1

    later = []
    monkeypatch.setattr(
        scan_steps, "compare_part", lambda *given: (later.append(given[3]), compare_part(*given))
    )
    monkeypatch.setattr(duplicate_actions, "whole_book", None)  # the book is not read again
    actions.run_scan(scan.pk)
    scan.refresh_from_db()
    assert scan.state == "done" and sorted(compared + later) == list(range(scan_steps.PARTS))
    assert set(queries.open_pairs(rupa).get().reasons) and not folder_for(scan).exists()


def test_scanning_the_whole_book_needs_the_right_to(rupa):
    agent = make_user("Agent", role="service", team=rupa.team)
    for act in (actions.start_scan, actions.stop_scan):
        with pytest.raises(Denied):
            act(actor=agent)
    with pytest.raises(Denied):
        actions.change_automatic_rules(actor=agent, on=True)


def test_every_reason_has_a_sentence():
    assert {reason for field in FIELDS for reason in field.reasons} | {
        "same_group",
        "same_external_id",
        "external_id_differs",
    } == set(REASONS)


def test_people_whose_names_only_look_alike_are_not_taken_for_one(rupa):
    for number in range(16):
        make_contact(f"Person Number{number}", by=rupa, phones=[f"0150000{number:04}"])
    actions.run_scan(actions.start_scan(actor=rupa).pk)
    assert not DuplicatePair.objects.exists()
