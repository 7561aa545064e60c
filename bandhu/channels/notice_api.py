"""REST: what came to a channel and was kept whole; what failed is read again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from bandhu.channels import actions, queries
from bandhu.channels.kept_words import in_readers_language
from bandhu.channels.models import RawNotice
from bandhu.channels.notice_texts import shown_body, shown_headers
from bandhu.platform.rest import PageOf, Paging, answers

router = Router(tags=["channels"])
_ONE = "/channel-notices/{notice_id}"


class ChannelNoticeOut(Schema):
    """A notice as the service sent it. `state`: waiting, taken, refused (its signature is not right) or failed, with why in `error`."""

    id: UUID
    channel_id: UUID
    received_at: datetime
    external_id: str
    state: str
    error: str
    attempts: int
    read_at: datetime | None

    @staticmethod
    def resolve_error(notice: RawNotice) -> str:
        return in_readers_language(notice.error) if notice.error else ""


class WholeChannelNoticeOut(ChannelNoticeOut):
    """With what it says; secrets among its headers are covered."""

    headers: dict[str, str]
    body: str

    @staticmethod
    def resolve_headers(notice: RawNotice) -> dict[str, str]:
        return {str(name): str(value) for name, value in shown_headers(notice.headers)}

    @staticmethod
    def resolve_body(notice: RawNotice) -> str:
        return shown_body(bytes(notice.body))


class NoticesAsked(Paging):
    """Only those in a state; empty for all."""

    state: str = Field("", max_length=8)


@router.get("/channels/{channel_id}/notices", response=answers(PageOf[ChannelNoticeOut]))
def list_channel_notices(
    request: HttpRequest, channel_id: UUID, asked: Annotated[NoticesAsked, Query(...)]
) -> Any:
    """What came, the newest first, fifty at a time."""
    channel = queries.channel_for(request.user, channel_id)
    page = queries.notices_of(request.user, channel, state=asked.state, cursor=asked.cursor)
    return {"items": page.items, "next": page.next or None}


@router.get(_ONE, response=answers(WholeChannelNoticeOut))
def get_channel_notice(request: HttpRequest, notice_id: UUID) -> Any:
    """One, whole."""
    return queries.notice_for(request.user, notice_id)


@router.delete(_ONE, response=answers(None, 204))
def discard_channel_notice(request: HttpRequest, notice_id: UUID) -> Any:
    """Throw away one that could not be read, or was refused; the audit trail keeps that it was. 422 for one that was read, or waits to be."""
    actions.discard_notice(queries.notice_for(request.user, notice_id), actor=request.user)
    return Status(204, None)


@router.post(f"{_ONE}/replay", response=answers(ChannelNoticeOut))
def replay_channel_notice(request: HttpRequest, notice_id: UUID) -> Any:
    """Read it again: one that failed, or that was refused while the channel's secret was wrong (422 while it still is)."""
    replayed = actions.replay_notice(queries.notice_for(request.user, notice_id), actor=request.user)
    replayed.pk = notice_id  # one the service has sent rightly meanwhile is gone
    return replayed
