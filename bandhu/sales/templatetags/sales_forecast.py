"""Words and rows of the forecast. Rows are drawn in Python: a large company has hundreds of them."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

from babel.dates import format_interval, format_skeleton
from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.sales.forecast_words import Cell, period_words, subject_words
from bandhu.sales.models import PeriodKind
from bandhu.sales.queries import ForecastPeriod, ForecastRow
from bandhu.sales.templatetags.sales_analysis import bar
from bandhu.sales.templatetags.sales_board import in_base
from bandhu.sales.trend import REPEAT, SEASON
from bandhu.ui import formats
from bandhu.ui.icons import icon_svg

register = template.Library()
_SKELETONS = {PeriodKind.MONTH: "yMMMM", PeriodKind.QUARTER: "yQQQ", PeriodKind.YEAR: "y"}
_PART_WORDS = {
    PeriodKind.QUARTER: gettext_lazy("sum of its months"),
    PeriodKind.YEAR: gettext_lazy("sum of its quarters"),
}


@register.filter
def period_name(period: ForecastPeriod) -> str:
    """“October 2026”, “Q4 2026”, “2026”, as the reader's language writes them; “Apr – Jun 2026” where the year begins in another month than January."""
    reader = formats.current_reader()
    if period.year_begins != 1:
        text = format_interval(period.begins, period.ends, "yMMM", locale=reader.locale)
    else:
        text = format_skeleton(_SKELETONS[PeriodKind(period.kind)], period.begins, locale=reader.locale)
    return reader.in_digits(text)


@register.filter
def attained_percent(row: ForecastRow) -> int:
    """Closed of the quota in percent, at most 100, for a bar."""
    return min(round(100 * (row.attained or 0)), 100)


@register.filter
def whole(value: float | None) -> int:
    """Whole minor units of a computed amount."""
    return round(value or 0)


@register.filter
def method_name(method: str) -> str:
    if method == REPEAT:
        return _("the last period again")
    return _("the same period of last year") if method == SEASON else _("a smoothed average")


@register.simple_tag
def change_bar(value: int, most: int) -> SafeString:
    """How much a change is beside the largest figure of the page; its sign stands with the number."""
    return bar(abs(value), most)


@register.simple_tag
def forecast_row(row: ForecastRow, cells: list[Cell], period: ForecastPeriod, currency: str) -> SafeString:
    """One person or team: the quota, each line with the manager's figure beside it, what is expected, what is reached."""
    reader = formats.current_reader()
    attained = "–" if row.attained is None else formats.percent(row.attained, reader)
    return mark_safe(  # noqa: S308 (each value went through escape)
        f"<tr>{_who(row, period)}{_quota(row, period, currency)}{''.join(_cell(one, currency, reader) for one in cells)}"
        f"{_named(_('Expected'), 'font-medium whitespace-nowrap')}<bdi>{escape(in_base(row.expected, currency))}</bdi></td>"
        f"{_named(_('Of the quota closed'))}{escape(attained)}</td></tr>"
    )


def _named(title: str, also: str = "") -> str:
    """A cell of figures begun; on a telephone, where the head of the table is not seen, it says what it is."""
    return f'<td class="text-end {also}" data-head="{escape(title)}">'


def _who(row: ForecastRow, period: ForecastPeriod) -> str:
    name = str(row.user or row.team or _("(nobody)"))
    weight = " font-medium" if row.team else ""
    icon = icon_svg("users" if row.team else "user", 14)
    words = subject_words(row)
    url = f"{reverse('sales:forecast_changes')}?{urlencode({**words, **period_words(period)})}"
    inner = f'<bdi dir="auto">{escape(name)}</bdi>'
    linked = f'<a class="link-quiet" href="{escape(url)}">{inner}</a>' if words else inner
    indent = '<span class="ps-4"></span>' * min(row.depth, 6)
    return f'<th scope="row" class="text-start font-normal{weight}"><span class="inline-flex items-center gap-1.5">{indent}{icon}{linked}</span></th>'


def _quota(row: ForecastRow, period: ForecastPeriod, currency: str) -> str:
    shown = "–" if row.quota is None else in_base(row.quota, currency)
    inner = f"<bdi>{escape(shown)}</bdi>"
    if row.may_manage:
        asked = urlencode({**subject_words(row), **period_words(period)})
        inner = _button(f"{reverse('sales:forecast_quota')}?{asked}", inner, _("Change the quota"))
    note = ""
    if row.quota_is_sum or row.quota_from_parts:
        # xgettext does not look into f-strings
        words = _("sum of those below") if row.quota_is_sum else _PART_WORDS[PeriodKind(period.kind)]
        note = f'<small class="block text-muted">{escape(str(words))}</small>'
    return f"{_named(_('Quota'))}{inner}{note}</td>"


def _cell(cell: Cell, currency: str, reader: formats.Reader) -> str:
    if not cell.count and cell.adjustment is None and not cell.differs:
        nothing = f'<span class="text-muted">{escape(formats.number(0, reader))}</span>'
        adjust = _adjust(cell, icon_svg("pencil", 14)) if cell.adjust_url else ""
        return f"{_named(cell.title, 'whitespace-nowrap')}{nothing} {adjust}</td>"
    figure = (
        f'<a class="link-quiet" href="{escape(cell.url)}"><bdi>{escape(in_base(cell.value, currency))}</bdi></a>'
        f' <small class="text-muted">({escape(formats.number(cell.count, reader))})</small>'
    )
    adjust = (
        _adjust(cell, icon_svg("pencil", 14))
        if cell.adjust_url and not cell.differs and not cell.adjustment
        else ""
    )
    figures = f'<span class="whitespace-nowrap">{figure} {adjust}</span>'
    return f'{_named(cell.title)}<span class="block">{figures}{_managers(cell, currency)}</span></td>'


def _managers(cell: Cell, currency: str) -> str:
    """The manager's figure below the sellers' one, with the reason."""
    if cell.adjustment is None and not cell.differs:
        return ""
    shown = (
        f'{icon_svg("user-pen", 14)}<bdi class="font-medium">{escape(in_base(cell.expected, currency))}</bdi>'
    )
    if cell.adjust_url:
        shown = _adjust(cell, shown)
    reason = ""
    if cell.adjustment is not None:
        reason = (
            f'<small class="block text-muted"><bdi dir="auto">{escape(cell.adjustment.note)}</bdi></small>'
        )
    return f'<span class="block">{shown}{reason}</span>'


def _adjust(cell: Cell, inner: str) -> str:
    return _button(cell.adjust_url, inner, _("Say what you expect"))


def _button(url: str, inner: str, title: str) -> str:
    return (
        f'<button type="button" class="link-quiet inline-flex items-center gap-1" hx-get="{escape(url)}"'
        f' hx-target="#dialog-body" title="{escape(title)}" aria-label="{escape(title)}">{inner}</button>'
    )
