"""Rows that no key matches, yet are probably somebody known: found by the scorer, and treated as the person chose."""

import pytest

from bandhu.customers import queries
from bandhu.customers.actions import imports as actions
from bandhu.customers.models import Contact, DuplicatePair
from bandhu.customers.tests.importing import bring_in, set_up, take_back
from bandhu.identity.tests.cast import grant, make_user
from bandhu.ui.templatetags.formats import sureness

pytestmark = pytest.mark.django_db
BOOK = "name,given name,family name,birthday,email\nMoushumi Chatterjee,Moushumi,Chatterjee,1971-06-24,m@old.example\n"
SAME = (
    "name,given name,family name,birthday,email\nমৌসুমী চ্যাটার্জী,মৌসুমী,চ্যাটার্জী,1971-06-24,moushumi@new.example\n"
)
OTHER = "name,given name,family name,birthday,email\nMoushumi Chatterjee,Moushumi,Chatterjee,1990-01-02,mc@else.example\n"


@pytest.fixture
def rupa(db):
    rupa = make_user("Rupa", role="administrator")
    bring_in(rupa, BOOK)
    return rupa


def test_another_spelling_with_the_same_birthday_is_marked_with_score_and_reasons(rupa):
    run = bring_in(rupa, SAME)
    assert (run.created, run.suspects) == (1, 1)
    line = queries.suspects(rupa, run)[0]
    assert line["other"] == "Moushumi Chatterjee"
    assert line["score"] > 0.5 and "same_birthday" in line["reasons"]


def test_what_is_marked_waits_for_a_decision_among_the_duplicates_until_it_is_undone(rupa):
    run = bring_in(rupa, SAME)
    pair = DuplicatePair.objects.get()
    assert (pair.found_by, pair.state) == ("import", "open")
    take_back(run, rupa)
    assert (run.undone, run.kept, Contact.objects.count(), DuplicatePair.objects.count()) == (1, 0, 1, 0)


def test_a_namesake_born_on_another_day_is_nobody_known(rupa):
    assert bring_in(rupa, OTHER).suspects == 0


@pytest.mark.parametrize(("choice", "counts"), [("skip", (0, 0, 1, 0)), ("update", (0, 1, 0, 0)), ("fail", (0, 0, 0, 1))])  # fmt: skip
def test_the_person_chooses_what_happens(rupa, choice, counts):
    run = bring_in(rupa, SAME, on_suspect=choice)
    assert (run.created, run.updated, run.skipped, run.failed) == counts
    assert (run.suspects, Contact.objects.count()) == (1, 1)


def test_an_update_of_the_record_found_is_taken_back_exactly(rupa):
    run = bring_in(rupa, SAME, on_suspect="update")
    assert set(Contact.objects.get().mails.values_list("key", flat=True)) == {"m@old.example", "moushumi@new.example"}  # fmt: skip
    take_back(run, rupa)
    assert list(Contact.objects.get().mails.values_list("key", flat=True)) == ["m@old.example"]


def test_a_record_with_another_id_of_the_same_system_is_not_overwritten(rupa):
    Contact.objects.get().external_ids.create(source="import", external_id="7")
    run = bring_in(rupa, "id," + SAME.replace("\n", "\n8,", 1), on_suspect="update")
    assert (run.created, run.updated, run.suspects) == (1, 0, 1)


def test_rows_of_one_file_are_compared_with_each_other(rupa):
    Contact.objects.all().delete()
    body = BOOK.split("\n", 1)[1]
    run = bring_in(rupa, SAME + body)
    assert (run.created, run.suspects) == (2, 1)


def test_the_dry_run_tells_the_same(rupa):
    run = actions.try_import(set_up(rupa, SAME), actor=rupa, at_once=True)
    assert run.preview["suspects"] == 1
    line = run.preview["likely"][0]
    assert (line["row"], line["verb"], line["other"], line["exists"]) == (1, "created", "Moushumi Chatterjee", True)  # fmt: skip
    assert line["score"] > 0.5 and "same_birthday" in line["reasons"]


def test_nobody_out_of_reach_is_told_of(rupa):
    sela = make_user("Sela")
    for permission in ("import_contacts", "create_contact", "view_contact", "change_contact"):
        grant(sela, f"customers.{permission}", "own")
    assert bring_in(sela, SAME).suspects == 0


def test_a_row_with_the_same_mail_and_another_id_says_so_and_not_that_it_is_no_per_cent_sure(rupa):
    Contact.objects.get().external_ids.create(source="import", external_id="7")
    run = bring_in(rupa, "id,name,email\n8,Zubair Siddiqui,m@old.example\n")
    line = queries.suspects(rupa, run)[0]
    assert {"same_mail", "external_id_differs"} <= set(line["reasons"])
    assert sureness(0.004) == "" and sureness(0.9998) == "99%" and sureness(1.0) == "100%"
