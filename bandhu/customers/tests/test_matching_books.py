"""A whole book of people who are alike and not the same: namesakes, neighbours, colleagues, brothers."""

import random
from collections import Counter

from bandhu.customers.matching import clusters
from bandhu.customers.matching.clusters import pairs_of
from bandhu.customers.matching.records import prepare
from bandhu.customers.matching.scan import Scan

GIVEN = ["Arindam", "Debashis", "Poulami", "Mousumi", "Rupa", "Karim", "Nasrin", "Selvi", "Murugan", "Kavitha", "Anwar",
         "Farida", "Tanvir", "Laboni", "Senthil", "Meena", "Prakash", "Lakshmi", "Jahanara", "Habib"]  # fmt: skip
FAMILY = ["Mukherjee", "Banerjee", "Ghosh", "Bose", "Rahman", "Hossain", "Begum", "Akter", "Sarkar", "Das", "Selvaraj",
          "Murugesan", "Chowdhury", "Islam", "Khatun"]  # fmt: skip
TOWNS = [("Tiruchirappalli", "Thillai Nagar", "620018"), ("Coimbatore", "R. S. Puram", "641012"),
         ("Dhaka", "Gulshan", "1212"), ("Kolkata", "Salt Lake", "700091"), ("Sylhet", "Zindabazar", "3100")]  # fmt: skip


def book_of(count: int) -> list[dict]:
    """Distinct people; each has a phone and mail of their own, half an address, half a company of a few colleagues."""
    draw = random.Random(5)
    people = []
    for number in range(count):
        given = draw.choice(GIVEN) + (f" {draw.choice(GIVEN)}" if draw.random() < 0.3 else "")
        firm = draw.randrange(count // 10) if draw.random() < 0.5 else None
        city, area, postcode = draw.choice(TOWNS)
        host = "example.org" if firm is None else f"firm{firm}.example.com"
        person = {
            "given": given,
            "family": draw.choice(FAMILY),
            "mails": [f"{given.split()[0].lower()}.{number}@{host}"],
            "phones": [f"+91984{draw.randrange(10**7):07}"],
            "company": "" if firm is None else f"Sagar Traders {firm}",
        }
        if draw.random() < 0.5:
            street = f"House {draw.randrange(1, 200)}, Road {draw.randrange(1, 40)}"
            person |= {"street": street, "city": city, "locality": area, "postcode": postcode}
        people.append(person)
    return people


def found_in(people: list[dict]) -> set[tuple[int, int]]:
    with Scan(expected_records=len(people)) as scan:
        for person in people:
            scan.add(prepare(person))
        return {(pair.one, pair.other) for pair in scan.found()}


def test_a_book_without_duplicates_yields_hardly_a_pair():
    assert len(found_in(book_of(4_000))) <= 4


def test_duplicates_planted_among_people_who_are_alike_are_found():
    people = book_of(3_000)
    planted = set()
    for at in range(0, 3_000, 60):
        one = people[at]
        kinds = (
            {"mails": []},
            {"phones": [one["phones"][0][3:]], "given": one["given"][:-1]},
            {"given": one["family"], "family": one["given"], "mails": []},
            {"mails": ["somebody@example.net"], "company": ""},
        )
        planted.add((at, len(people)))
        people.append(one | kinds[at // 60 % len(kinds)])
    found = found_in(people)
    assert len(planted & found) >= 0.95 * len(planted)
    assert len(found - planted) <= 4


def test_among_very_many_links_groups_are_small_and_few_members_are_compared(monkeypatch):
    monkeypatch.setattr(clusters, "MANY_LINKS", 300)
    asked = Counter()

    def compare(one, other):
        asked[one, other] += 1
        return 0.5

    links = [(one, one + 1, 0.9) for one in range(400)]
    pairs = pairs_of(links, compare)
    assert len(asked) < 4 * len(links)
    assert len(pairs) < 20 * len(links)
    assert {(one, other) for one, other, _ in links} <= set(pairs)
