"""A customer's own appointments in the portal, and booking one there and in the help centre."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.calendars.booking_links import link_of
from bandhu.calendars.models import Booking, BookingPage, Meeting
from bandhu.knowledge.help_actions import HelpAction
from bandhu.knowledge.portal import PortalRow, PortalSection, PortalStep, Visitor
from bandhu.knowledge.queries import help_centre

_MOST = 100
_PAST = timedelta(days=90)


def appointment_rows(visitor: Visitor) -> list[PortalRow]:
    """What the customer takes part in, from three months ago on, the latest first. Of private meetings nothing but the time is told."""
    mine = (
        Q(contact=visitor.contact_id)
        | Q(attendees__contact=visitor.contact_id)
        | Q(booking__contact=visitor.contact_id)
    )
    rows = Meeting.objects.filter(mine, rule="", ends_at__gt=timezone.now() - _PAST).distinct()
    # Colleagues plan things about a customer too: only what the customer was told of is theirs.
    told = (
        Q(invites=True)
        | Q(booking__isnull=False)
        | Q(attendees__contact=visitor.contact_id, attendees__invited_at__isnull=False)
    )
    found = list(rows.filter(told).order_by("-starts_at", "-pk")[:_MOST])
    links = _links(visitor, found)
    return [_row(one, links.get(one.pk, "")) for one in found]


def coming_appointments(visitor: Visitor) -> int:
    """How many bookings of the customer are still to come."""
    rows = Booking.objects.filter(contact=visitor.contact_id, state=Booking.State.BOOKED)
    return rows.filter(meeting__starts_at__gt=timezone.now(), meeting__state=Meeting.State.PLANNED).count()


def booking_steps(visitor: Visitor) -> list[PortalStep]:
    """The button that books a time, where the house has said which page is for everybody."""
    address = booking_address("")
    return [PortalStep(label=_("Book a time"), url=address, icon="calendar-plus")] if address else []


def booking_address(language: str) -> str:
    """The booking page chosen in the settings of the help centre; "" where none is, or where it is switched off."""
    slug = help_centre().booking
    is_open = bool(slug) and BookingPage.objects.filter(slug=slug, is_active=True).exists()
    return reverse("calendars:book", args=[slug]) if is_open else ""


def _links(visitor: Visitor, meetings: list[Meeting]) -> dict[object, str]:
    """The addresses by which the customer's own bookings are moved and cancelled."""
    rows = Booking.objects.filter(
        contact=visitor.contact_id, meeting__in=meetings, state=Booking.State.BOOKED
    )
    return {one.meeting_id: link_of(one.submission) for one in rows}


def _row(meeting: Meeting, link: str) -> PortalRow:
    is_off = meeting.state == Meeting.State.CANCELLED
    is_over = meeting.ends_at < timezone.now()
    return PortalRow(
        title=str(_("Appointment")) if meeting.is_private else meeting.title,
        detail="" if meeting.is_private else meeting.place,
        moment=meeting.starts_at,
        badge=_("Cancelled") if is_off else _("Over") if is_over else _("To come"),
        tone="neutral" if is_off or is_over else "success",
        url="" if is_over else link,
    )


APPOINTMENTS = PortalSection(
    name="appointments",
    label=_("Appointments"),
    icon="calendar-days",
    position=50,
    text=_("Book, move, cancel"),
    rows=appointment_rows,
    count=coming_appointments,
    steps=booking_steps,
    empty_text=_("You have no appointment with us."),
)
BOOKING = HelpAction(
    name="booking",
    label=_("Book a time"),
    text=_("Talk to us when it suits you."),
    icon="calendar-plus",
    url=booking_address,
    position=40,
)
