"""Channels other than mail: set up, paused, removed. Their secrets go in and never come out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.channels.actions.dispatch import queue_kept_messages
from bandhu.channels.actions.intake import queue_kept_notices
from bandhu.channels.adapters import ADAPTERS
from bandhu.channels.adapters.port import ConnectionField
from bandhu.channels.connections import adapter_of, close_secrets, connection_of, secrets_of
from bandhu.channels.models import Channel
from bandhu.identity.acting import action
from bandhu.identity.models import Team, User
from bandhu.platform.audit import record_change
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.live import hint
from bandhu.platform.texts import clean_block, clean_line

MANAGE = "channels.manage_channels"
_KIND = "channel"


@action(MANAGE, on_record=False)
def create_channel(
    *, actor: User, kind: str, name: str = "", team: Team | None = None, language: str = "", values: dict[str, Any] | None = None
) -> Channel:  # fmt: skip
    """A new channel. `values` are those of the adapter's fields; missing ones begin as the adapter says. Raises ValidationError by field."""
    if kind not in ADAPTERS:
        raise ValidationError({"kind": _("There is no such kind of channel.")})
    channel = Channel(kind=kind)
    start = {one.name: one.initial for one in ADAPTERS[kind].fields if not one.is_secret}
    return _write(channel, actor, "created", name, team, language, start | (values or {}))


@action(MANAGE, on_record=False)
def change_channel(
    channel: Channel,
    *,
    actor: User,
    name: str | None = None,
    team: Team | None = None,
    keeps_team: bool = False,
    language: str | None = None,
    values: dict[str, Any] | None = None,
    version: int | None = None,
) -> Channel:
    """Change it; an empty secret leaves the kept one. Raises ValidationError by field, EditConflict for an old `version`."""
    channel = _locked(channel, version)
    return _write(
        channel, actor, "changed",
        channel.name if name is None else name,
        channel.team if keeps_team else team,
        channel.language if language is None else language,
        values or {},
    )  # fmt: skip


@action(MANAGE, on_record=False)
def pause_channel(
    channel: Channel, *, actor: User, is_paused: bool = True, version: int | None = None
) -> Channel:
    """Nothing is read and nothing sent while it is paused; what comes and what is written waits, and goes on afterwards."""
    channel = _locked(channel, version)
    if channel.is_paused != is_paused:
        channel.is_paused, channel.version = is_paused, channel.version + 1
        channel.save(update_fields=["is_paused", "version"])
        record_change(
            "changed", actor=actor, kind=_KIND, record_id=channel.pk, title=channel.name,
            changes={"is_paused": (not is_paused, is_paused)},
        )  # fmt: skip
        hint(f"channel:{channel.pk}")
    if not is_paused:
        queue_kept_notices(channel)
        queue_kept_messages(channel)
    return channel


@action(MANAGE, on_record=False)
def remove_channel(channel: Channel, *, actor: User) -> None:
    """It takes and sends nothing any more, and its secrets are gone. Conversations stay."""
    channel = _locked(channel)
    channel.deleted_at, channel.sealed_secrets, channel.is_paused = timezone.now(), "", True
    channel.version += 1
    channel.save(update_fields=["deleted_at", "sealed_secrets", "is_paused", "version"])
    record_change("deleted", actor=actor, kind=_KIND, record_id=channel.pk, title=channel.name)
    hint(f"channel:{channel.pk}")


def _locked(channel: Channel, version: int | None = None) -> Channel:
    found = Channel.objects.select_for_update(of=("self",)).select_related("team").get(pk=channel.pk)
    if version is not None and version != found.version:
        raise EditConflict(found.version, base={}, theirs={}, yours={})
    return found


def _write(
    channel: Channel,
    actor: User,
    verb: str,
    name: str,
    team: Team | None,
    language: str,
    values: dict[str, Any],
) -> Channel:
    adapter, problems = adapter_of(channel), {}
    before = {"name": channel.name, "team": str(channel.team or ""), **channel.settings}
    secrets = secrets_of(channel) if channel.sealed_secrets else {}
    changed_secrets = []
    for one in adapter.fields:
        if one.name not in values:
            continue
        try:
            value = _cleaned(one, values[one.name])
        except ValidationError as problem:
            problems[one.name] = problem.messages
            continue
        if not one.is_secret:
            channel.settings[one.name] = value
        elif value:
            secrets[one.name] = str(value)
            changed_secrets.append(one.name)
    channel.name, channel.team = clean_line(name or str(adapter.label), 120), team
    channel.language = language if language in dict(settings.LANGUAGES) else ""
    channel.sealed_secrets = close_secrets(secrets)
    problems |= _problems(channel)
    if problems:
        raise ValidationError(problems)
    channel.version += 0 if verb == "created" else 1
    channel.save()
    after = {"name": channel.name, "team": str(channel.team or ""), **channel.settings}
    changes = {
        key: (before.get(key, ""), value) for key, value in after.items() if before.get(key, "") != value
    }
    changes |= dict.fromkeys(changed_secrets, ("•", "•"))
    record_change(verb, actor=actor, kind=_KIND, record_id=channel.pk, title=channel.name, changes=changes)
    hint(f"channel:{channel.pk}")
    return channel


def _cleaned(one: ConnectionField, value: Any) -> Any:
    if one.kind == "yes_no":
        return bool(value)
    if one.kind == "text":
        return clean_block(value or "", 3_000)
    text = clean_line(value or "", 1_000)
    if one.kind == "choice" and text not in dict(one.choices):
        raise ValidationError(_("Choose one of the list."))
    return text


def _problems(channel: Channel) -> dict[str, Any]:
    connection = connection_of(channel)
    missing = {
        one.name: [_("This is needed.")]
        for one in adapter_of(channel).fields
        if not one.is_optional and one.kind in ("line", "text", "colour") and not connection[one.name]
    }
    return {**adapter_of(channel).check(connection), **missing}
