"""Customers of the tests about the timeline."""

from bandhu.customers import actions
from bandhu.identity.tests.cast import make_team, make_user


def make_world():
    """Two teams that do not see each other's customers: (rupa of Dhaka, arjun of Chennai, rupa's contact)."""
    rupa = make_user("Rupa", role="sales", team=make_team("Dhaka"))
    arjun = make_user("Arjun", role="sales", team=make_team("Chennai"))
    contact = actions.create_contact(actor=rupa, full_name="রহিমা খাতুন")
    return rupa, arjun, contact
