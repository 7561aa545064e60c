"""The customers' portal as apps above plug into it. Nothing here reads the database.

A section that is a list needs neither view nor template:

    register_portal_section(PortalSection(
        name="invoices", label=_("Invoices"), icon="receipt", position=40, rows=invoice_rows, empty_text=_("No invoices yet."),
    ))

    def invoice_rows(visitor: Visitor) -> list[PortalRow]: ...       # of visitor.contact_id and of nobody else

A section with pages of its own gives `url_name` instead; its views stand under /portal/ in the app's own urls.py and are
decorated with `bandhu.knowledge.portal_pages.portal_page`, which lets only signed-in customers in:

    @portal_page
    def ticket(request: HttpRequest, visitor: Visitor, pk: UUID) -> HttpResponse:
        found = queries.ticket_of_contact(visitor.contact_id, pk)     # raises OutOfReach (404) for anybody else's
        return render_portal(request, visitor, "service/portal/ticket.html", {"ticket": found}, section="tickets")

The template extends "knowledge/portal/page.html" (blocks title, page). Post forms carry {% csrf_token %}.
Every function given here must answer for `visitor.contact_id` alone: tests walk through all sections with two customers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from bandhu.platform.registries import Label


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """A customer who signed in. Nothing but the contact's id decides what is shown."""

    contact_id: UUID
    account_id: UUID
    session_id: UUID
    name: str
    mail: str
    language: str
    time_zone: str


@dataclass(frozen=True, kw_only=True)
class PortalRow:
    """One line of a section's list. `tone` is one of the house's tones; `url` leads to the thing itself ("" = nowhere)."""

    title: str
    detail: str = ""
    moment: datetime | date | None = None
    amount: str = ""
    badge: Label = ""
    tone: str = "neutral"
    url: str = ""

    @property
    def has_clock(self) -> bool:
        """Whether the moment is one of a day, not a whole day."""
        return isinstance(self.moment, datetime)


@dataclass(frozen=True, kw_only=True)
class PortalStep:
    """Something the customer can start from a section or from the first page, such as booking a time."""

    label: Label
    url: str
    icon: str = "arrow-right"


@dataclass(frozen=True, kw_only=True)
class PortalSection:
    """A part of the portal. Either `rows` or `url_name` (a page without arguments, under /portal/).

    `count` is the number beside its name (open tickets, unpaid invoices); None or 0 shows none. `is_offered` hides a section that
    has nothing to do with this customer. `steps` are shown as buttons above the list.
    """

    name: str
    label: Label
    icon: str
    position: int = 50
    text: Label = ""
    rows: Callable[[Visitor], Sequence[PortalRow]] | None = None
    url_name: str = ""
    count: Callable[[Visitor], int] | None = None
    steps: Callable[[Visitor], Sequence[PortalStep]] | None = None
    is_offered: Callable[[Visitor], bool] | None = None
    empty_text: Label = ""


_sections: dict[str, PortalSection] = {}


def register_portal_section(section: PortalSection) -> None:
    """Called once at start by an app's registrations.py. A list of rows stands at /portal/mine/<name>/."""
    if bool(section.rows) == bool(section.url_name):
        raise ValueError(f"{section.name}: either rows or url_name")
    _sections[section.name] = section


def portal_sections(visitor: Visitor) -> list[PortalSection]:
    """Those offered to this customer, in their order."""
    offered = [one for one in _sections.values() if one.is_offered is None or one.is_offered(visitor)]
    return sorted(offered, key=lambda one: (one.position, one.name))


def portal_section(visitor: Visitor, name: str) -> PortalSection | None:
    """The section of this name, if it is offered to this customer."""
    return next((one for one in portal_sections(visitor) if one.name == name), None)
