"""Templates that a service approves before they may be sent: fetched from it, and filled in for one customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bandhu.channels.adapters.port import Judged, TryLater, Unreadable
from bandhu.channels.connections import adapter_of, connection_of
from bandhu.channels.models import ApprovedTemplate, Channel
from bandhu.channels.queries import place_words, shown_template, why_not_sent
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.platform.audit import record_change
from bandhu.platform.live import hint
from bandhu.platform.models import StoredFile
from bandhu.platform.rate_limits import allow
from bandhu.platform.texts import clean_line

MANAGE = "channels.manage_channels"
# Of one value; the service allows 1,024 characters for the whole body.
MOST_OF_VALUE = 1_000
# What Meta takes, and what fits a telephone: https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media.
_HEADER_FILES: dict[str, tuple[tuple[str, ...], int]] = {
    "image": (("image/jpeg", "image/png"), 5_000_000),
    "video": (("video/mp4", "video/3gpp"), 16_000_000),
    "document": ((), 25_000_000),
}
_LONGEST_CODE = 15
_COLUMNS = (
    "state", "category", "header", "body", "footer", "places", "wants_more", "why_not", "header_kind", "buttons", "fetched_at",
)  # fmt: skip


@dataclass(frozen=True)
class FilledTemplate:
    """`text` is what the customer reads; `details` what the message keeps so that its adapter sends the template."""

    text: str
    details: dict[str, Any]


def fetch_templates(channel: Channel, *, actor: User) -> Channel:
    """Ask the service for them now; what went wrong stands in `templates_problem` and leaves the known ones as they are.

    Raises Denied, and ValidationError for a channel that has none, and where it is asked too often.
    """
    _may_fetch(channel, actor=actor)
    # Outside of the transaction: a slow service holds nothing of ours.
    return _fetched(channel)


@action(MANAGE, on_record=False)
def _may_fetch(channel: Channel, *, actor: User) -> None:
    if not adapter_of(channel).can.has_templates:
        raise ValidationError(_("This channel has no templates."))
    if not allow(f"channel-templates:{channel.pk}", rate=1 / 20, burst=5)[0]:
        raise ValidationError(_("That was often. Wait a minute."))
    record_change("fetched", actor=actor, kind="channel", record_id=channel.pk, title=channel.name)


def fetch_templates_of(channel_id: UUID) -> None:
    """By the clock, for a channel whose service is told of by its settings."""
    channel = Channel.objects.filter(pk=channel_id, deleted_at=None, is_paused=False).first()
    if channel is not None:
        _fetched(channel)


def filled_template(template: ApprovedTemplate, values: Sequence[str] | Mapping[str, str]) -> FilledTemplate:
    """The template with a value for each of its places: in their order, or by their names. Raises ValidationError by field (`template`
    where it may not be sent, `values` where one is missing, too many, or too long)."""
    if template.wants_more:
        words = _("This template cannot be sent from here: %(reason)s Choose another one.")
        raise ValidationError({"template": words % {"reason": why_not_sent(template)}})
    if template.state != ApprovedTemplate.State.APPROVED:
        words = _("The service does not allow this template now: %(state)s. Choose another one.")
        raise ValidationError({"template": words % {"state": template.get_state_display()}})
    given = _by_place(template, values)
    facts = {
        "name": template.name,
        "language": template.language,
        "values": [given[one] for one in template.places],
        "places": template.places,
    }
    if template.header_kind:
        facts["header_kind"] = template.header_kind
    if template.buttons:
        facts["buttons"] = [{"index": one["index"], "kind": one["kind"]} for one in template.buttons]
    _refuse_buttons(template, given)
    return FilledTemplate(shown_template(template, given), {"template": facts})


def refuse_header_file(template: ApprovedTemplate, files: Sequence[StoredFile]) -> None:
    """What stands above its words: one file of the kind that was approved. Raises ValidationError (`file`)."""
    kind = template.header_kind
    if not kind:
        if files:
            raise ValidationError({"file": _("This template has no file above its words.")})
        return
    kinds, most = _HEADER_FILES[kind]
    if len(files) != 1:
        raise ValidationError({"file": _("Choose the file that stands above the words of the template.")})
    if kinds and files[0].media_type not in kinds:
        names = ", ".join(one.partition("/")[2].upper() for one in kinds)
        words = _("This template takes a file of another kind: %(kinds)s.")
        raise ValidationError({"file": words % {"kinds": names}})
    if files[0].size > most:
        words = _("The file is larger than the %(limit)d MB this template takes.")
        raise ValidationError({"file": words % {"limit": most // 1_000_000}})


def _refuse_buttons(template: ApprovedTemplate, given: Mapping[str, str]) -> None:
    """An address has no spaces; a code is short."""
    for one in template.buttons:
        is_address = one["kind"] == "url"
        place = template.places[0] if one["kind"] == "otp" and template.places else f"button.{one['index']}"
        value = given.get(place, "")
        if is_address and any(each.isspace() for each in value):
            raise ValidationError(
                {"values": _("The end of an address has no spaces: “%(value)s”.") % {"value": value}}
            )
        if not is_address and len(value) > _LONGEST_CODE:
            words = _("A code has at most %(number)d characters.")
            raise ValidationError({"values": words % {"number": _LONGEST_CODE}})


def _by_place(template: ApprovedTemplate, values: Sequence[str] | Mapping[str, str]) -> dict[str, str]:
    places: list[str] = template.places
    if not isinstance(values, Mapping):
        if len(values) > len(places):
            words = ngettext(
                "The template has %(number)d place to fill in.", "The template has %(number)d places to fill in.", len(places)
            )  # fmt: skip
            raise ValidationError({"values": words % {"number": len(places)}})
        values = dict(zip(places, values, strict=False))
    given = {}
    for place in places:
        try:
            given[place] = clean_line(values.get(place) or "", MOST_OF_VALUE)
        except ValidationError as problem:
            raise ValidationError({"values": problem.messages}) from None
        if not given[place]:
            words = _("Fill in “%(place)s”.") % {"place": place_words(template, place)}
            raise ValidationError({"values": words}, code="required")
    return given


def _fetched(channel: Channel) -> Channel:
    try:
        found = adapter_of(channel).templates(connection_of(channel))
    except (TryLater, Unreadable) as problem:
        channel.templates_problem = str(problem)[:300]
        Channel.objects.filter(pk=channel.pk).update(templates_problem=channel.templates_problem)
    else:
        keep_templates(channel, found)
    hint(f"channel:{channel.pk}")
    return channel


@transaction.atomic
def keep_templates(channel: Channel, found: Sequence[Judged]) -> None:
    """What its service told of them just now, for who asked it; templates it names no more are kept as gone."""
    Channel.objects.select_for_update().get(pk=channel.pk)
    now = timezone.now()
    rows = {
        (one.name, one.language): ApprovedTemplate(
            channel=channel, name=one.name, language=one.language, state=one.state, category=one.category, header=one.header,
            body=one.body, footer=one.footer, places=list(one.places), wants_more=bool(one.why_not), why_not=one.why_not,
            header_kind=one.header_kind, buttons=list(one.buttons), fetched_at=now,
        )
        for one in found
    }  # fmt: skip
    ApprovedTemplate.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["channel", "name", "language"],
        update_fields=_COLUMNS, batch_size=500,
    )  # fmt: skip
    # What it tells of no more stays by name: messages that were sent say it.
    missing = ApprovedTemplate.objects.filter(channel=channel, fetched_at__lt=now)
    missing.update(state=ApprovedTemplate.State.GONE)
    channel.templates_at, channel.templates_problem = now, ""
    Channel.objects.filter(pk=channel.pk).update(templates_at=now, templates_problem="")
