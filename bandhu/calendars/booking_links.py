"""The address with which a visitor moves or cancels a booking."""

from __future__ import annotations

from django.urls import reverse
from django.utils.crypto import salted_hmac

from bandhu.platform.public_url import absolute


def secret_of(submission: str) -> str:
    """The secret of a booking's link: from the one filling-in it was made by, so that sending twice leads to the same link."""
    return salted_hmac("bandhu.calendars.booking", submission, algorithm="sha256").hexdigest()


def link_of(submission: str) -> str:
    """The full address; whoever has it may move and cancel."""
    return absolute(reverse("calendars:booked", args=[secret_of(submission)]))
