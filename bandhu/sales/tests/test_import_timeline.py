"""Leads of a file stand on their contacts' timelines, once; and are gone from there when the import is taken back."""

import pytest

from bandhu.catalog.tests.cast import make_money
from bandhu.customers.models import Contact
from bandhu.customers.tests.importing import bring_in, take_back
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.models import Interaction
from bandhu.interactions.queries import interactions_saying, timeline
from bandhu.sales.models import Lead

pytestmark = pytest.mark.django_db
HEAD = "Lead Id,Name,Email,Interest,Message,Lead Source,Status,Created\n"
ANN = "1,Ann Lee,ann@example.org,Rice,Forty sacks please,Website,New,2019-05-01 10:00\n"
BEN = "2,Ben Roy,ben@example.org,Tea,,Website,Junk Lead,2026-02-01 10:00\n"


@pytest.fixture
def rupa():
    make_money()
    return make_user("Rupa", role="administrator", time_zone="UTC")


def entries(user, name):
    found = timeline(user, Contact.objects.get(full_name=name)).items
    return [entry for entry in found if entry.kind == "lead_received"]


def test_each_lead_stands_there_once_at_its_own_moment(rupa):
    bring_in(rupa, HEAD + ANN + BEN, kind="leads")
    [entry] = entries(rupa, "Ann Lee")
    assert (entry.subject, entry.body, entry.outcome) == ("Rice", "Forty sacks please", "Website")
    assert entry.occurred_at.isoformat() == "2019-05-01T10:00:00+00:00" and entry.direction == "in"
    assert len(entries(rupa, "Ben Roy")) == 1
    bring_in(rupa, HEAD + ANN.replace("Rice", "Lentils") + BEN, kind="leads")
    assert len(entries(rupa, "Ann Lee")) == 1 and Lead.objects.filter(title="Lentils").exists()


def test_it_is_found_by_what_was_said(rupa):
    bring_in(rupa, HEAD + ANN, kind="leads")
    assert [one.subject for one in interactions_saying(rupa, "forty sacks")] == ["Rice"]


def test_undo_takes_it_away_with_the_lead_and_the_contact(rupa):
    run = bring_in(rupa, HEAD + ANN + BEN, kind="leads")
    take_back(run, rupa)
    assert (run.state, run.kept) == ("undone", 0)
    assert not Interaction.objects.exists() and not Lead.objects.exists() and not Contact.objects.exists()


def test_what_a_lead_became_since_is_kept_with_its_entry(rupa):
    run = bring_in(rupa, HEAD + ANN + BEN, kind="leads")
    lead = Lead.objects.get(title="Rice")
    lead.version += 1
    lead.save()
    take_back(run, rupa)
    assert [one.subject for one in Interaction.objects.all()] == ["Rice"]
