"""What the pages of an import say, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bandhu.customers import queries
from bandhu.customers.duplicate_reasons import sentences
from bandhu.customers.importing.kinds import Choice, import_kinds
from bandhu.customers.importing.options import MATCHES, ways_to_match
from bandhu.customers.importing.setup import policy_of
from bandhu.customers.imports.foreign import foreign_formats
from bandhu.customers.imports.layouts import LAYOUTS
from bandhu.customers.imports.problems import sentences_of
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.registries import value_sources
from bandhu.ui import formats


def match_words(kind: str) -> list[tuple[str, str]]:
    words = {
        "external_id": _("The id in the other system"),
        "email": _("The mail address"),
        "phone": _("The telephone number"),
        "name": _("The name"),
    }
    return [(key, words[key]) for key in MATCHES[import_kinds[kind].base]]


def own_choices(user: Any, run: Any) -> list[Choice]:
    """Options that only this kind of rows has."""
    return list(import_kinds[run.kind].choices(user))


def options_context(user: Any, run: Any) -> dict[str, Any]:
    policy = policy_of(run)
    chosen = run.options
    return {
        "policy": policy,
        "matches": [(key, words, key in policy.match) for key, words in match_words(run.kind)],
        "on_match_choices": [(way, words) for way, words in _on_match(run) if way in ways_to_match(run)],
        "overwrite_choices": [
            ("yes", _("What the file says replaces what is there")),
            ("no", _("Only empty fields are filled")),
        ],
        "on_suspect_choices": [
            ("create", _("Create it and list it as a possible duplicate")),
            ("skip", _("Skip the row")),
            ("update", _("Change the record it is like")),
            ("fail", _("Put the row aside, to decide by hand")),
        ],
        "bad_cells_choices": [
            ("fail", _("Put the whole row aside, to be mended")),
            ("note", _("Take the row and keep the cell in the note")),
        ],
        "date_order_choices": [
            ("", _("As most dates of the column are")),
            ("dmy", _("Day first: 31/12/2026")),
            ("mdy", _("Month first: 12/31/2026")),
        ],
        "lifecycle_choices": queries.lifecycle_choices(),
        "owners": [("", _("Me")), ("nobody", _("Nobody")), *_offered(user, "user")],
        "teams": [("", _("The owner's team")), *_offered(user, "team")],
        "chosen": chosen,
        "tags": ", ".join(policy.tags),
        "stands_alone": import_kinds[run.kind].stands_alone,
        "nothing_to_map": nothing_to_map(run),
        "own_choices": [(one, chosen.get(one.name, "")) for one in own_choices(user, run)],
        "layout": next((one.title for one in LAYOUTS if one.key == run.layout), ""),
    }


def nothing_to_map(run: Any) -> bool:
    """Whether its rows are nobody's and its table was laid out by us: each column means what it means."""
    return import_kinds[run.kind].stands_alone and run.reading["kind"] in foreign_formats


def _on_match(run: Any) -> list[tuple[str, str]]:
    hangs_on_it = import_kinds[run.kind].attach is not None
    return [
        ("update", _("Change the record that exists")),
        (
            "skip",
            _("Leave the record as it is")
            if hangs_on_it
            else _("Leave the record as it is and skip the row"),
        ),
        ("create", _("Create another record all the same")),
    ]


def _offered(user: Any, kind: str) -> list[tuple[str, str]]:
    source = value_sources.get(kind)
    return [(str(value), str(words)) for value, words in source(user)] if source else []


def progress_of(run: Any) -> dict[str, Any]:
    """Share done of the import or its undo, and the sentence beside it."""
    if run.state in ("undoing", "undone"):
        total = run.created + run.updated + run.companies_created
        done = run.undone + run.kept
        label = _("Taking records back")
    else:
        total, done, label = run.total_rows or 0, run.done_rows, _("Bringing rows in")
    if run.state == "checking":
        label = _("Trying out the whole file")
    if run.state == "waiting":
        label = _("Getting ready")
    known = bool(total) and run.state != "checking"
    return {
        "value": min(done, total) if known else "",
        "max": total or 1,
        "label": label,
        "detail": _("%(done)s of %(total)s") % {"done": f"{done:,}", "total": f"{total:,}"} if known else "",
    }


def lines_shown(run: Any) -> dict[str, Any]:
    """The preview with its problems as sentences."""
    preview = dict(run.preview or {})
    verbs = {
        "created": _("create"),
        "updated": _("change"),
        "skipped": _("skip"),
        "same": _("nothing to change"),
        "failed": _("put aside"),
    }
    preview["likely"] = [
        {
            **line,
            "words": verbs.get(line["verb"], ""),
            "tone": "info",
            "reasons": sentences(line["reasons"]),
            "other_url": record_kinds[import_kinds[run.kind].base_record_kind].url(line["other_id"]),
        }
        for line in preview.get("likely", [])
    ]
    tones = {"created": "success", "updated": "info", "failed": "danger"}
    for name in ("first", "faults", "doubts"):
        preview[name] = [
            {
                **line,
                "words": verbs.get(line.get("verb", "failed"), ""),
                "tone": tones.get(line.get("verb", "failed"), "neutral"),
                "sentences": sentences_of(line.get("problems", [])),
            }
            for line in preview.get(name, [])
        ]
    preview["dates"] = [_dates_shown(name, one) for name, one in preview.get("dates", {}).items()]
    return preview


def _dates_shown(column: str, found: dict[str, Any]) -> str:
    """How the dates of a column that leaves a doubt are read."""
    said = {"column": column, "doubtful": found["either"]}
    if found["order"] == "mdy":
        return _("%(column)s: dates that can be read both ways (%(doubtful)s) are read month first.") % said
    return _("%(column)s: dates that can be read both ways (%(doubtful)s) are read day first.") % said


def suspects_shown(suspects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Possible duplicates with their reasons as sentences."""
    return [{**line, "reasons": sentences(line["reasons"])} for line in suspects]


def result_of(run: Any) -> str:
    """One sentence that says how it went."""
    if run.state == "undone":
        if run.kept:
            return ngettext(
                "Everything was taken back except %(count)s record that was changed or used since.",
                "Everything was taken back except %(count)s records that were changed or used since.",
                run.kept,
            ) % {"count": formats.number(run.kept, formats.current_reader())}
        return _("Everything was taken back.")
    if run.state == "failed":
        return str(run.error.get("message") or _("The import could not go on."))
    if run.failed:
        return ngettext(
            "%(count)s row could not be brought in and was put aside.",
            "%(count)s rows could not be brought in and were put aside.",
            run.failed,
        ) % {"count": formats.number(run.failed, formats.current_reader())}
    return _("Every row was brought in.")
