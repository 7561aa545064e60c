"""Cards of a board, drawn in Python: a board has two hundred of them, and a component for each would cost most of the page."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bandhu.sales.list_addresses import is_one_of, opportunities_where
from bandhu.sales.queries import BoardCard, Column
from bandhu.ui import formats
from bandhu.ui.faces import face
from bandhu.ui.icons import icon_svg

register = template.Library()

_NOWHERE = "00000000-0000-0000-0000-000000000000"


@register.simple_tag
def board_cards(column: Column, may_move: bool, cards: list[BoardCard] | None = None) -> SafeString:
    """The cards of a column (or of one of its lanes), one after the other."""
    shown = column.cards if cards is None else cards
    if not shown:
        return mark_safe("")
    pen = _Pen(column, may_move)
    return mark_safe("".join(map(pen.card, shown)))  # noqa: S308 (each value went through escape)


@register.filter
def in_base(minor: int, currency: str) -> str:
    """A sum in the base currency as the reader writes it, in few letters."""
    if not currency:
        return ""
    return _short(minor, currency, formats.current_reader())


@register.filter
def lane_of(column: Column, lane: Any) -> list[BoardCard]:
    return column.lanes.get(lane.key, [])


@register.simple_tag
def rest_of_cell(column: Column, lane: Any, lanes: str, filter: Any, text: str) -> SafeString:
    """A link to the list of all cards of a lane in a stage, where more stand there than are shown; `filter` and `text` narrow the board."""
    count = lane.counts.get(column.stage.pk, 0)
    if count <= len(lane_of(column, lane)):
        return mark_safe("")
    wanted = [is_one_of("stage", column.stage.pk), is_one_of("state", "open"), _in_lane(lanes, lane.key)]
    url = opportunities_where(*([filter] if filter else []), *wanted, text=text)
    words = _("All %(count)s cards") % {"count": formats.number(count, formats.current_reader())}
    return mark_safe(f'<a class="link-quiet text-sm" href="{escape(url)}">{escape(words)}</a>')  # noqa: S308 (each value is escaped)


def _in_lane(lanes: str, key: Any) -> dict[str, Any]:
    if not key:
        return {"field": lanes, "op": "empty"}
    return is_one_of(lanes, key) if lanes == "owner" else {"field": lanes, "op": "is", "value": key}


@lru_cache(maxsize=8192)
def _money(minor: int, currency: str, reader: formats.Reader) -> str:
    """Cards of a board repeat amounts; Babel takes forty microseconds for one."""
    return formats.money(minor, currency, reader)


@lru_cache(maxsize=2048)
def _short(minor: int, currency: str, reader: formats.Reader) -> str:
    return formats.compact_money(minor, currency, reader)


@lru_cache(maxsize=2048)
def _day(value: Any, reader: formats.Reader) -> str:
    return formats.day(value, reader)


class _Pen:
    """Draws the cards of one column; what they share is made once."""

    def __init__(self, column: Column, may_move: bool) -> None:
        self.reader = formats.current_reader()
        self.today, self.now = timezone.localdate(), timezone.now()
        self.is_open = column.stage.kind == "open"
        days = column.stage.ageing_days if self.is_open else None
        self.stale_before = self.now - timedelta(days=days) if days else None
        self.page = reverse("sales:opportunity", args=[_NOWHERE])
        self.moving = reverse("sales:moving", args=[_NOWHERE])
        self.may_move = may_move
        self.stage = column.stage.pk
        self.move_words = escape(_("Move to…"))
        self.stale_words = escape(_("Too long in this stage"))
        self.late_words = escape(_("The expected close is past"))
        self.no_step_words = escape(_("No next step is planned"))

    def card(self, card: BoardCard) -> str:
        pk, name = str(card.pk), escape(card.name)
        customer = escape(card.company or card.contact or "")
        amount = escape(_money(card.amount_minor, card.currency, self.reader)) if card.currency else ""
        stale = self.stale_before is not None and card.stage_entered_at < self.stale_before
        url = self.page.replace(_NOWHERE, pk)
        drag = ' draggable="true"' if self.may_move else ""
        return (
            f'<article class="board-card{" is-stale" if stale else ""}" id="card-{pk}" data-board-target="card" data-id="{pk}"'
            f' data-stage="{self.stage}"{drag}>'
            f'<a class="board-card-name" id="open-{pk}" href="{url}"><bdi dir="auto">{name}</bdi></a>'
            f'<bdi class="board-card-customer" dir="auto">{customer}</bdi>'
            f'<span class="board-card-line"><bdi class="board-card-amount">{amount}</bdi>{self._flags(card, stale)}</span>'
            f'<span class="board-card-line">{self._close(card)}{face(card.owner, "xs") if card.owner else ""}{self._menu(pk, name)}</span>'
            "</article>"
        )

    def _flags(self, card: BoardCard, stale: bool) -> str:
        signs = ""
        if stale:
            signs += self._sign("hourglass", self.stale_words, "warning")
        if self.is_open and card.next_step_due_at is None:
            signs += self._sign("calendar-x", self.no_step_words, "muted")
        return signs

    def _close(self, card: BoardCard) -> str:
        if card.expected_close is None:
            return '<span class="grow"></span>'
        words = escape(_day(card.expected_close, self.reader))
        late = card.closed_at is None and card.expected_close < self.today
        sign = self._sign("clock-alert", self.late_words, "danger") if late else ""
        return f'<span class="board-card-date grow">{sign}{words}</span>'

    def _menu(self, pk: str, name: str) -> str:
        if not self.may_move:
            return ""
        url = self.moving.replace(_NOWHERE, pk)
        return (
            f'<button type="button" class="board-card-move" hx-get="{url}" hx-target="#dialog-body" data-board-target="mover"'
            f' aria-label="{self.move_words} {name}" title="{self.move_words}">{icon_svg("arrow-right-left", 14)}</button>'
        )

    @staticmethod
    def _sign(icon: str, words: str, tone: str) -> str:
        return f'<span class="text-{tone}" title="{words}">{icon_svg(icon, 14)}<span class="sr-only">{words}</span></span>'
