"""What people type about sequences."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.forms.checked import CheckedLater
from bandhu.channels.queries import all_templates
from bandhu.sales.models import Sequence
from bandhu.sales.queries import sequences
from bandhu.ui.digits import to_latin
from bandhu.ui.formats import current_reader

# More than the action takes: it says how many there may be.
MOST_ROWS = 40


@dataclass(frozen=True, slots=True)
class SequenceRow:
    """What is typed of one step."""

    wait: str = ""
    template: str = ""
    task: str = ""


class SequenceForm(CheckedLater):
    """Its name, and `rows`: for each step how long to wait, then a letter or a task, in the order they stand."""

    places = {"steps": "name"}

    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *arguments: Any, sequence: Sequence | None = None, user: Any, **keywords: Any) -> None:
        self.user = user
        if sequence is not None:
            keywords["initial"] = {"name": sequence.name, "is_active": sequence.is_active}
        super().__init__(*arguments, **keywords)
        self.rows = self._typed() if self.is_bound else _kept(sequence)

    def _typed(self) -> list[SequenceRow]:
        lists = (self.data.getlist(name) for name in ("wait", "template", "task"))  # type: ignore[attr-defined]
        columns = zip_longest(*lists, fillvalue="")
        return [SequenceRow(*typed) for typed in islice(columns, MOST_ROWS)]

    def clean(self) -> dict[str, Any]:
        letters = {value for value, _words in letters_offered(self.user)}
        for row in self.rows:
            if _days(row.wait) is None:
                raise ValidationError(
                    {"name": _("“%(typed)s” is no number of days.") % {"typed": row.wait[:20]}}
                )
            if row.template not in letters:
                raise ValidationError({"name": _("One of the letters is no longer there. Choose another.")})
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """What `set_sequence` takes; rows without letter and task are left out."""
        steps = [
            {"wait_days": _days(row.wait), "template": row.template, "task": row.task}
            for row in self.rows
            if row.template or row.task.strip()
        ]
        data = self.cleaned_data
        return {"name": data.get("name") or "", "is_active": data["is_active"], "steps": steps}


def _kept(sequence: Sequence | None) -> list[SequenceRow]:
    in_digits = current_reader().in_digits
    steps = sequence.steps.all() if sequence else ()
    found = [
        SequenceRow(in_digits(str(one.wait_days)), str(one.template_id or ""), one.task) for one in steps
    ]
    return found or [SequenceRow(in_digits("0"))]


def _days(typed: str) -> int | None:
    digits = to_latin(typed).strip() or "0"
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else None


def letters_offered(user: Any) -> list[tuple[str, str]]:
    """What a step may send: (key, name), first nothing. Ready-made letters of the house are no steps."""
    return [("", "–"), *((str(one.pk), one.name) for one in all_templates(user).filter(key=""))]


class EnrolForm(CheckedLater):
    """Which sequence a contact is put into."""

    sequence = forms.ChoiceField(label=_("Sequence"))

    def __init__(self, *arguments: Any, user: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.offered = list(sequences(user, in_use=True).prefetch_related("steps__template"))
        self.fields["sequence"].choices = [(str(one.pk), one.name) for one in self.offered]  # type: ignore[attr-defined]
