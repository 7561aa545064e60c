"""REST: channels other than mail. What they are set up with can be read, their secrets never."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.channels import actions, queries
from bandhu.channels.connections import adapter_of, notice_address, secrets_of
from bandhu.channels.kept_words import code_of, in_readers_language
from bandhu.channels.models import ApprovedTemplate, Channel
from bandhu.identity.models import Team
from bandhu.platform.rest import Given, YesNo, answers, wanted_version

router = Router(tags=["channels"])
_ONE = "/channels/{channel_id}"


class ChannelOut(Schema):
    """A channel. `settings` hold no secrets; `secrets_set` names those that are stored. `problem` is in the caller's language,
    `problem_code` stays the same in any."""

    id: UUID
    kind: str
    name: str
    team_id: UUID | None
    language: str
    settings: dict[str, Any]
    secrets_set: list[str]
    notice_address: str
    is_paused: bool
    last_in_at: datetime | None
    last_out_at: datetime | None
    failing_since: datetime | None
    problem: str
    problem_code: str
    kept_back: int
    version: int


class ChannelIn(Given):
    """A new channel; `values` are those its kind wants, secrets among them."""

    kind: str = Field(max_length=20)
    name: str = Field("", max_length=120)
    team_id: UUID | None = None
    language: str = Field("", max_length=12)
    values: dict[str, Any] = {}


class ChannelChange(Given):
    """What changes; a secret that is not given stays."""

    name: str | None = Field(None, max_length=120)
    team_id: UUID | None = None
    language: str | None = Field(None, max_length=12)
    values: dict[str, Any] = {}
    is_paused: YesNo | None = None


class TemplateButtonOut(Schema):
    """A button that is filled in: `kind` url (the end of its address), copy_code, or otp (it copies the code of the body by itself)."""

    index: int
    kind: str
    text: str
    url: str


class ChannelTemplateOut(Schema):
    """A template of the channel's service. `state`: approved, pending, rejected, paused or gone; `places` are filled in, in this order: those of the
    body, of the header ("header.1"), of buttons ("button.0"). With a `header_kind` (image, video, document) a file stands above its words. One that
    `wants_more` is not sent from here; `why_not` says why, in the caller's language."""

    id: UUID
    name: str
    language: str
    state: str
    category: str
    header: str
    body: str
    footer: str
    places: list[str]
    header_kind: str
    buttons: list[TemplateButtonOut]
    wants_more: bool
    why_not: str
    may_be_sent: bool

    @staticmethod
    def resolve_why_not(template: ApprovedTemplate) -> str:
        return queries.why_not_sent(template)


class TemplatesOut(Schema):
    """The templates of a channel, when its service was last asked, and what went wrong then, in the caller's language."""

    items: list[ChannelTemplateOut]
    fetched_at: datetime | None
    problem: str
    problem_code: str


class KindOut(Schema):
    """A kind of channel and what it wants to know."""

    kind: str
    name: str
    channel: str
    values: list[dict[str, Any]]


@router.get("/channel-kinds", response=answers(list[KindOut]))
def list_channel_kinds(request: HttpRequest) -> Any:
    """The kinds there are, with the names of their values."""
    queries.channels(request.user)
    return [
        {
            "kind": one.kind,
            "name": str(one.label),
            "channel": one.channel,
            "values": [{"name": field.name, "label": str(field.label), "is_secret": field.is_secret} for field in one.fields],
        }
        for one in queries.adapters()
    ]  # fmt: skip


@router.get("/channels", response=answers(list[ChannelOut]))
def list_channels(request: HttpRequest) -> Any:
    """All of them, by name."""
    return [_shape(one) for one in queries.channels(request.user)[:500]]


@router.post("/channels", response=answers(ChannelOut, 201))
def create_channel(request: HttpRequest, payload: ChannelIn) -> Any:
    """Connect one."""
    made = actions.create_channel(
        actor=request.user, kind=payload.kind, name=payload.name, team=_team(payload.team_id),
        language=payload.language, values=payload.values,
    )  # fmt: skip
    return Status(201, _shape(queries.channel_for(request.user, made.pk)))


@router.get("/channels/{channel_id}", response=answers(ChannelOut))
def get_channel(request: HttpRequest, channel_id: UUID) -> Any:
    """One."""
    return _shape(queries.channel_for(request.user, channel_id))


@router.patch("/channels/{channel_id}", response=answers(ChannelOut))
def change_channel(request: HttpRequest, channel_id: UUID, payload: ChannelChange) -> Any:
    """Change it, pause it, let it go on."""
    channel = queries.channel_for(request.user, channel_id)
    version = wanted_version(request, channel.version)
    given = payload.dict(exclude_unset=True)
    if given.keys() - {"is_paused"}:
        channel = actions.change_channel(
            channel, actor=request.user, name=payload.name, team=_team(payload.team_id),
            keeps_team="team_id" not in given, language=payload.language, values=payload.values, version=version,
        )  # fmt: skip
        version = channel.version
    if payload.is_paused is not None:
        actions.pause_channel(channel, actor=request.user, is_paused=payload.is_paused, version=version)
    return _shape(queries.channel_for(request.user, channel_id))


@router.delete("/channels/{channel_id}", response={204: None})
def remove_channel(request: HttpRequest, channel_id: UUID) -> Any:
    """Remove it with its secrets; conversations stay."""
    actions.remove_channel(queries.channel_for(request.user, channel_id), actor=request.user)
    return Status(204, None)


@router.get(f"{_ONE}/templates", response=answers(TemplatesOut))
def list_channel_templates(request: HttpRequest, channel_id: UUID) -> Any:
    """What the service told of its templates, by name and language."""
    return _templates(request, queries.channel_for(request.user, channel_id))


@router.post(f"{_ONE}/templates/fetching", response=answers(TemplatesOut))
def fetch_channel_templates(request: HttpRequest, channel_id: UUID) -> Any:
    """Ask the service for them now; `problem` says what went wrong, and what is known stays. 422 for a channel that has none."""
    return _templates(
        request, actions.fetch_templates(queries.channel_for(request.user, channel_id), actor=request.user)
    )


def _templates(request: HttpRequest, channel: Channel) -> dict[str, Any]:
    return {
        "items": queries.templates_of(request.user, channel),
        "fetched_at": channel.templates_at,
        "problem": in_readers_language(channel.templates_problem),
        "problem_code": code_of(channel.templates_problem),
    }


def _team(pk: UUID | None) -> Team | None:
    if pk is None:
        return None
    found = Team.objects.filter(pk=pk).first()
    if found is None:
        raise ValidationError({"team_id": _("There is no such team.")})
    return found


def _shape(channel: Channel) -> dict[str, Any]:
    names = ("id", "kind", "name", "team_id", "language", "settings", "is_paused", "last_in_at", "last_out_at", "failing_since", "version")  # fmt: skip
    own = {
        "problem": in_readers_language(channel.problem),
        "problem_code": code_of(channel.problem),
        "kept_back": getattr(channel, "kept_back", 0),
        "secrets_set": sorted(secrets_of(channel)) if channel.sealed_secrets else [],
        "notice_address": notice_address(channel) if adapter_of(channel).has_notices else "",
    }
    return {name: getattr(channel, name) for name in names} | own
