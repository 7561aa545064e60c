"""Two people saved the same record: the page, the same for every kind, on which the second compares and chooses.

A view that catches EditConflict answers with `comparison_page`; what is sent from that page comes back to the same view, which
passes its values through `chosen`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext

from bandhu.platform.cells import in_words
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.custom_fields import fields_for
from bandhu.platform.record_kinds import Field, record_kinds
from bandhu.ui.formats import current_reader, number

# Longer texts (the lines of a quote) show only what differs.
_MOST_LINES = 12


def sent_version(request: HttpRequest) -> int | None:
    """The version the form was made from."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def chosen(request: HttpRequest, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the form without those in whose place the other person's were chosen."""

    def is_mine(name: str) -> bool:
        return request.POST.get(f"take_{name}") != "theirs"

    found = {name: value for name, value in given.items() if is_mine(name)}
    if own := found.get("custom"):
        found["custom"] = {key: value for key, value in own.items() if is_mine(f"custom.{key}")}
    return found


def comparison_page(
    request: HttpRequest,
    kind: str,
    record: Any,
    conflict: EditConflict,
    labels: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Field by field: what was, what somebody saved meanwhile, what was sent. `labels` name what the kind has no field for."""
    fields = {one.name: one for one in [*record_kinds[kind].fields, *fields_for(request.user, kind)]}
    rows = []
    for name, mine in conflict.yours.items():
        before, theirs = conflict.base[name], conflict.theirs[name]
        if theirs == mine:
            continue
        write = _writer(fields.get(name))
        words = _without_common(write(before), write(theirs), write(mine))
        label = fields[name].label if name in fields else (labels or {}).get(name, name)
        is_clash = before not in (theirs, mine)
        rows.append(
            dict(zip(("before", "theirs", "yours"), words, strict=True))
            | {"name": name, "label": label, "conflict": is_clash}
        )
    context = {
        "record": record,
        "kind": record_kinds[kind],
        "url": record_kinds[kind].url(record),
        "rows": rows,
        "sent": _sent_again(request),
        "version": conflict.version,
    }
    return render(request, "platform/comparison.html", context, status=409)


def _sent_again(request: HttpRequest) -> list[tuple[str, str]]:
    """Everything that was typed, to come along with the choice."""
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        for value in values
        if name not in ("csrfmiddlewaretoken", "version") and not name.startswith("take_")
    ]


def _writer(field: Field | None) -> Callable[[Any], str]:
    """How values of this field are shown: keys of choices, dates and own fields in words, linked records by the title they come with."""
    speaks = field is not None and (field.custom_key or field.choices or field.type == "date")

    def write(value: Any) -> str:
        if field is not None and (speaks or isinstance(value, bool)):
            return in_words(value, field)
        return "\n".join(map(str, value)) if isinstance(value, list) else str("" if value is None else value)

    return write


def _without_common(*texts: str) -> tuple[str, ...]:
    """Long texts without the lines that stand in all of them, and how many those are."""
    split = [text.splitlines() for text in texts]
    if max(map(len, split)) <= _MOST_LINES:
        return texts
    common = set(split[0]).intersection(*split[1:])
    left = [[line for line in lines if line not in common] for lines in split]
    if not common or not any(left):
        return texts
    how_many = len(common)
    same = ngettext(
        "… and %(number)s line that is the same in all",
        "… and %(number)s lines that are the same in all",
        how_many,
    ) % {"number": number(how_many, current_reader())}
    return tuple("\n".join([*lines, same]) for lines in left)
