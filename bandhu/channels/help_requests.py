"""“Send a request”, where the help centre has no answer."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.channels.models import Channel
from bandhu.knowledge.help_actions import HelpAction


def _address(language: str) -> str:
    """Of the first request form that is offered there; "" without one."""
    rows = Channel.objects.filter(
        kind="form", deleted_at=None, is_paused=False, settings__in_help_centre=True
    )
    first = rows.order_by("created_at").values_list("pk", flat=True).first()
    return f"{reverse('channels:request_form', args=[first])}?lang={language}" if first else ""


SEND_A_REQUEST = HelpAction(
    name="request",
    label=_("Send a request"),
    text=_("We answer by mail."),
    icon="send",
    url=_address,
    position=10,
)
