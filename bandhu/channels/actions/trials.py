"""Whether a channel works: a message of a few words to an address somebody of the house reads."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.channels.actions.health import note_recovery, note_trouble
from bandhu.channels.adapters.port import Outcome, Outgoing, Sent
from bandhu.channels.connections import adapter_of, connection_of
from bandhu.channels.models import Channel
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.platform.audit import record_change
from bandhu.platform.ids import new_id
from bandhu.platform.rate_limits import allow
from bandhu.platform.texts import clean_line

MANAGE = "channels.manage_channels"


@action(MANAGE, on_record=False)
def send_trial(channel: Channel, *, actor: User, to: str) -> Outcome:
    """Send it now. Raises ValidationError by field; the outcome says what the service answered."""
    address = clean_line(to, 254)
    if not address:
        raise ValidationError({"to": _("Write an address or a number of your own.")})
    if not allow(f"channel-trial:{channel.pk}", rate=1 / 20, burst=5)[0]:
        raise ValidationError({"to": _("That was often. Wait a minute.")})
    words = _("This is a test message of %(name)s.") % {"name": channel.name}
    record_change("tried", actor=actor, kind="channel", record_id=channel.pk, title=channel.name)
    outcome = adapter_of(channel).send(connection_of(channel), Outgoing(id=new_id(), to=address, text=words))
    if outcome.state == Sent.SENT:
        note_recovery(channel)
    elif outcome.is_channels_fault:
        note_trouble(channel, outcome.trouble)
    return outcome
