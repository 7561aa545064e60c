"""Scores of pairs: bounded, the same both ways round, never an error, and sensible on plain cases."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandhu.customers.matching.frequencies import Frequencies
from bandhu.customers.matching.records import FIELD_NAMES, Record, pack, prepare, unpack
from bandhu.customers.matching.scoring import Scorer
from bandhu.platform.tests.data_sets import data_set

TEXT = st.text(max_size=40)
ONES = (
    "name",
    "given",
    "family",
    "birthday",
    "house",
    "street",
    "locality",
    "city",
    "postcode",
    "region",
    "company",
)
SEVERAL = ("mails", "phones", "national_ids", "alternatives")
VALUES = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(ONES, TEXT),
        **dict.fromkeys(SEVERAL, st.lists(TEXT, max_size=3)),
    },
)
PERSON = {
    "given": "Mitchell", "family": "Green", "birthday": "1956-04-09", "house": "7", "street": "Wallaby Place",
    "city": "Cleveland", "postcode": "2119", "phones": ["+61 2 5550 1234"], "mails": ["mitchell.green@example.org"],
}  # fmt: skip


def scorer_for(records: int = 10_000) -> Scorer:
    frequencies = Frequencies(1000)
    frequencies.records = records
    return Scorer(frequencies)


def probability(one: dict, other: dict) -> float:
    return scorer_for().score(prepare(one), prepare(other)).probability


@settings(max_examples=200, deadline=None)
@given(VALUES, VALUES)
def test_a_score_is_a_probability_and_the_same_both_ways_round(one, other):
    scorer, first, second = scorer_for(), prepare(one), prepare(other)
    score, back = scorer.score(first, second), scorer.score(second, first)
    assert 0.0 <= score.probability <= 1.0
    assert abs(score.probability - back.probability) < 1e-9
    assert set(score.reasons) == set(back.reasons)


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_a_packed_record_comes_back_equal(values):
    record = prepare(values)
    assert unpack(pack(record)) == record


def test_naughty_strings_never_raise():
    scorer = scorer_for()
    for text in json.loads((data_set("blns") / "blns.json").read_text()):
        values = dict.fromkeys(FIELD_NAMES, text)
        for one in (prepare(values), prepare({"name": text}), prepare({**values, "mails": [text, text]})):
            assert 0.0 <= scorer.score(one, prepare(PERSON)).probability <= 1.0


@pytest.mark.parametrize(
    "change",
    [
        {"given": "Mitchel"},
        {"given": "Green", "family": "Mitchell"},
        {"given": "M"},
        {"birthday": "1956-09-04"},
        {"phones": ["02 5550 1234"]},
        {"mails": ["mitchel.green@example.org"]},
        {"street": "Walaby Pl.", "postcode": "2191"},
        {"street": "", "city": "", "postcode": ""},
    ],
)
def test_a_slip_of_the_hand_does_not_hide_a_person(change):
    assert probability(PERSON, {**PERSON, **change}) > 0.9


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({"given": "আব্দুর", "family": "রহমান"}, {"given": "Abdur", "family": "Rahman"}, "family_name_other_spelling"),
        ({"name": "লক্ষ্মী মুখোপাধ্যায়"}, {"name": "Laxmi Mukherjee"}, "name_other_spelling"),
        ({"name": "முருகன் செல்வராஜ்"}, {"given": "Murugan", "family": "Selvaraj"}, "name_other_spelling"),
        ({"given": "Mohammed", "family": "Rehman"}, {"given": "Muhammad", "family": "Rahman"},
         "given_name_other_spelling"),
    ],
)  # fmt: skip
def test_a_name_in_another_script_or_spelling_is_the_same_name(one, other, reason):
    shared = {"birthday": "1971-06-24", "city": "Dhaka"}
    score = scorer_for().score(prepare({**one, **shared}), prepare({**other, **shared}))
    assert score.probability > 0.9
    assert reason in score.reasons


def test_a_former_name_still_speaks():
    before = {**PERSON, "family": "Green", "name": "Mitchell Green"}
    after = {**PERSON, "family": "Abbott", "phones": [], "alternatives": ["Mitchell Green"]}
    assert "same_name" in scorer_for().score(prepare(before), prepare(after)).reasons


def test_a_brother_in_the_same_house_is_somebody_else():
    brother = {**PERSON, "given": "Thomas", "birthday": "1959-11-30", "mails": ["tom@example.net"]}
    assert probability(PERSON, brother) < 0.2


def test_a_common_name_alone_proves_nothing_and_a_rare_one_much():
    common, rare = (
        prepare({"given": "Mohammad", "family": "Rahman"}),
        prepare({"given": "Ottilie", "family": "Zoë"}),
    )
    frequencies = Frequencies(10_000)
    for record in (
        [common] * 300 + [rare] * 2 + [prepare({"given": f"A{n}", "family": f"B{n}"}) for n in range(9700)]
    ):
        frequencies.add(record)
    scorer = Scorer(frequencies)
    assert scorer.score(common, common).probability < 0.2
    assert scorer.score(rare, rare).probability > 0.9


def test_a_colleague_at_the_same_company_is_somebody_else():
    one = {
        "given": "Ali",
        "family": "Khan",
        "company": "Acme",
        "mails": ["ali@acme.com"],
        "phones": ["+8802123456"],
    }
    other = {
        "given": "Abida",
        "family": "Sen",
        "company": "Acme",
        "mails": ["abi@acme.com"],
        "phones": ["+8802123456"],
    }
    assert probability(one, other) < 0.2


def test_reasons_name_what_agrees_and_what_does_not():
    other = {**PERSON, "given": "Mitchel", "birthday": "1970-01-30"}
    reasons = scorer_for().score(prepare(PERSON), prepare(other)).reasons
    assert {"same_phone", "same_mail", "birthday_differs"} <= set(reasons)
    assert {"given_name_typo", "given_name_other_spelling"} & set(reasons)


def test_nothing_known_is_nothing_proved():
    assert probability({}, {}) < 0.2
    assert Record() == prepare({})
