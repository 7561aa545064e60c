import pytest
from django.core.exceptions import ValidationError

from bandhu.customers.actions import EditConflict, change_company, create_company
from bandhu.customers.queries import company_card, people_of, subsidiaries_of
from bandhu.customers.tests.cast import make_agent, make_company, make_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    return make_agent()


def test_a_company_knows_its_domain_and_sorts_by_name(rupa):
    company = create_company(
        actor=rupa, name="Padma Traders", website="WWW.padma.example/about", employees="১২০"
    )
    assert (company.website, company.domain, company.employees) == (
        "https://WWW.padma.example/about", "padma.example", 120,
    )  # fmt: skip
    for website in ("javascript:alert(1)", "http://", "not an address"):
        with pytest.raises(ValidationError):
            change_company(company, actor=rupa, website=website)


def test_a_company_cannot_stand_below_itself(rupa):
    mother = make_company("Mother", by=rupa)
    child = make_company("Child", by=rupa, parent=mother)
    grandchild = make_company("Grandchild", by=rupa, parent=child)
    with pytest.raises(ValidationError) as refusal:
        change_company(mother, actor=rupa, parent=grandchild)
    assert "parent" in refusal.value.message_dict
    assert list(subsidiaries_of(rupa, mother)) == [child]


def test_a_company_page_has_people_and_subsidiaries(rupa):
    mother = make_company("Mother", by=rupa)
    make_company("Child", by=rupa, parent=mother)
    for name in ("Zia", "Anwar"):
        make_contact(name, by=rupa, company=mother)
    card = company_card(rupa, mother.pk)
    assert [one.full_name for one in card.people] == ["Anwar", "Zia"]
    assert card.people_total == 2
    assert [one.name for one in card.subsidiaries] == ["Child"]
    assert people_of(rupa, mother).count() == 2


def test_a_stale_version_is_refused(rupa):
    company = make_company(by=rupa)
    change_company(company, actor=rupa, version=1, industry="Trade")
    with pytest.raises(EditConflict) as conflict:
        change_company(company, actor=rupa, version=1, industry="Shipping")
    assert (conflict.value.base, conflict.value.theirs) == ({"industry": ""}, {"industry": "Trade"})
