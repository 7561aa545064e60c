"""Two people of one name: what a birthday, an id and a mail address that repeats the name say about them."""

import pytest

from bandhu.customers.matching.caution import BY_OTHERS, DOUBTFUL
from bandhu.customers.matching.comparing import spells_the_name
from bandhu.customers.matching.records import prepare
from bandhu.customers.matching.scan import LIKELY, Scan
from bandhu.customers.tests.test_matching_scores import scorer_for

MAHMUDA = {
    "given": "মাহমুদা", "family": "খাতুন", "birthday": "1969-03-04", "city": "Rajshahi",
    "mails": ["mahmuda.khatun@karnaphuli-textiles.example"], "phones": ["+8801711000001"],
}  # fmt: skip
NAMESAKE = {
    **MAHMUDA, "birthday": "1998-11-21", "city": "Dhaka", "mails": ["mahmuda.khatun@surma-textiles.example"],
    "phones": ["+8801911222333"],
}  # fmt: skip


def score(one: dict, other: dict):
    return scorer_for().score(prepare(one), prepare(other))


def without(person: dict, *fields: str) -> dict:
    return {field: value for field, value in person.items() if field not in fields}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (MAHMUDA, NAMESAKE),
        (without(MAHMUDA, "phones", "city"), without(NAMESAKE, "phones", "city")),
        (without(MAHMUDA, "phones"), {**without(NAMESAKE, "phones"), "city": "Rajshahi", "company": "Surma"}),
        (without(MAHMUDA, "birthday"), without(NAMESAKE, "birthday")),
        ({**MAHMUDA, "birthday": "", "national_ids": ["1234567890"]},
         {**NAMESAKE, "birthday": "", "city": "Rajshahi", "national_ids": ["9876512345"]}),
    ],
)  # fmt: skip
def test_a_common_name_that_the_mail_repeats_is_below_what_is_asked_about(one, other):
    found = score(one, other)
    assert found.probability < LIKELY
    assert not {"same_mail_name", "mail_typo", "mail_similar"} & set(found.reasons)


@pytest.mark.parametrize("birthday", ["1969-04-03", "1969-03-05", "1696-03-04"])
def test_a_slip_in_a_birthday_makes_nobody_another_person(birthday):
    other = {**without(MAHMUDA, "phones"), "birthday": birthday}
    assert score(without(MAHMUDA, "phones"), other).probability > DOUBTFUL


def test_a_mail_name_that_says_more_than_the_name_still_counts():
    one, other = (
        {**MAHMUDA, "mails": [f"rosy84@{host}.example"], "phones": []} for host in ("padma", "meghna")
    )
    assert "same_mail_name" in score(one, other).reasons


@pytest.mark.parametrize(
    ("mail", "spells"),
    [
        ("mahmuda.khatun@a.example", True),
        ("khatun_mahmuda@a.example", True),
        ("mkhatun@a.example", True),
        ("mahmudak@a.example", True),
        ("m.khatun@a.example", True),
        ("mahmuda84@a.example", False),
        ("director@a.example", False),
        ("@a.example", False),
    ],
)
def test_what_before_the_at_is_nothing_but_the_name(mail, spells):
    assert spells_the_name(mail, ("মাহমুদা", "খাতুন")) is spells


def test_only_what_is_written_the_same_throughout_is_certain():
    almost = {**MAHMUDA, "city": "Rajshahi Sadar"}
    assert score(MAHMUDA, almost).probability <= 0.9999
    assert score(MAHMUDA, MAHMUDA).probability > 0.9999


def test_what_resembles_both_makes_no_sure_pair_of_two_with_other_names():
    desk = {"phones": ["+94112345678"], "mails": ["desk@lanka.example"]}
    dilhani = {"name": "Dilhani Jayawardena", "given": "Dilhani", "family": "Jayawardena", **desk}
    mixed = {**dilhani, "mails": ["desk@lanka.example", "np@lanka.example"], "alternatives": ["Nuwan Perera"]}
    nuwan = {"name": "Nuwan Perera", "given": "Nuwan", "family": "Perera", "mails": ["np@lanka.example"]}
    with Scan(expected_records=1000) as scan:
        for person in (dilhani, mixed, mixed, mixed, nuwan):
            scan.add(prepare(person))
        found = {(pair.one, pair.other): pair.score for pair in scan.found()}
    assert min(found[pair] for pair in ((0, 1), (1, 2), (1, 4))) > DOUBTFUL
    assert found.get((0, 4), 0.0) <= BY_OTHERS
