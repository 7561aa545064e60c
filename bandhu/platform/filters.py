"""Filters over every field of a kind of record: checked, then compiled to one condition.

A filter is a tree: {"all": [...]} or {"any": [...]} of conditions {"field": name, "op": word, "value": …} and further
trees. Nothing of it reaches SQL as text: fields come from the record kind, words from OPERATORS, values as parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import reduce
from operator import and_, or_
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.platform.custom_fields import all_fields
from bandhu.platform.custom_indexes import expression
from bandhu.platform.record_kinds import Field, RecordKind
from bandhu.platform.related import is_partly_seen, related_is_seen
from bandhu.platform.texts import check_storable
from bandhu.ui.digits import to_latin

MAX_CONDITIONS, MAX_DEPTH, MAX_VALUES = 40, 4, 200
# The calendar ends at these years; a day before or after, or another zone, must still be one.
FIRST_YEAR, LAST_YEAR = 2, 9998
MOST_PLACES = 20

OPERATORS: dict[str, Any] = {
    "is": gettext_lazy("is"),
    "is_not": gettext_lazy("is not"),
    "contains": gettext_lazy("contains"),
    "contains_not": gettext_lazy("does not contain"),
    "starts": gettext_lazy("starts with"),
    "less": gettext_lazy("is at most"),
    "more": gettext_lazy("is at least"),
    "between": gettext_lazy("is between"),
    "on": gettext_lazy("is on"),
    "before": gettext_lazy("is before"),
    "after": gettext_lazy("is after"),
    "last_days": gettext_lazy("was in the last days"),
    "next_days": gettext_lazy("is in the next days"),
    "older_days": gettext_lazy("is longer ago than days"),
    "in": gettext_lazy("is one of"),
    "not_in": gettext_lazy("is none of"),
    "any_of": gettext_lazy("has one of"),
    "all_of": gettext_lazy("has all of"),
    "none_of": gettext_lazy("has none of"),
    "yes": gettext_lazy("is yes"),
    "no": gettext_lazy("is no"),
    "empty": gettext_lazy("is empty"),
    "filled": gettext_lazy("is filled"),
}
_TEXT = ("contains", "contains_not", "is", "is_not", "starts", "empty", "filled")
_CHOICE = ("in", "not_in", "empty", "filled")
_DAY = ("on", "before", "after", "between", "last_days", "next_days", "older_days", "empty", "filled")
OPERATORS_OF: dict[str, tuple[str, ...]] = {
    "number": ("is", "less", "more", "between", "empty", "filled"),
    "money": ("is", "less", "more", "between", "empty", "filled"),
    "date": _DAY,
    "datetime": _DAY,
    "tags": ("any_of", "all_of", "none_of", "empty", "filled"),
    "choices": ("any_of", "all_of", "none_of", "empty", "filled"),
    "boolean": ("yes", "no", "empty", "filled"),
    **dict.fromkeys(("choice", "user", "team", "country", "language", "time_zone"), _CHOICE),
}
_NEGATIONS = {"is_not": "is", "contains_not": "contains", "not_in": "in", "none_of": "any_of"}
NO_VALUE = {"empty", "filled", "yes", "no"}


@dataclass(frozen=True)
class Compiled:
    """A filter ready for use on a queryset of its kind."""

    condition: Q
    annotators: tuple[Callable[[QuerySet], QuerySet], ...] = ()

    def apply(self, rows: QuerySet) -> QuerySet:
        for annotate in self.annotators:
            rows = annotate(rows)
        return rows.filter(self.condition)


def operators_of(field: Field) -> list[tuple[str, Any]]:
    """(word, name) of what can be asked about this field."""
    return [(word, OPERATORS[word]) for word in OPERATORS_OF.get(field.type, _TEXT)]


def filterable_fields(user: Any, kind: RecordKind) -> list[Field]:
    """Own, related and custom fields `user` may ask about; masked ones only for who sees them."""
    return filterable(user, all_fields(user, kind))


def filterable(user: Any, fields: Iterable[Field]) -> list[Field]:
    """Those of `fields` that `user` may ask about."""
    return [one for one in fields if one.path and (not one.masked_by or user.holds(one.masked_by))]


def compile_filter(
    user: Any, kind: RecordKind, tree: Mapping[str, Any] | None, fields: Iterable[Field] | None = None
) -> Compiled:
    """Raises ValidationError saying which part cannot be understood. `fields`: all the user may see, where known already."""
    if not tree:
        return Compiled(Q())
    check_storable(tree)
    asked = filterable_fields(user, kind) if fields is None else filterable(user, fields)
    known = {one.name: one for one in asked}
    work = _Compiler(user, kind, known)
    return Compiled(work.tree(tree, 0), tuple(dict.fromkeys(work.annotators)))


class _Compiler:
    def __init__(self, user: Any, kind: RecordKind, known: Mapping[str, Field]) -> None:
        self.user, self.kind, self.known = user, kind, known
        self.annotators: list[Callable[[QuerySet], QuerySet]] = []
        self.count = 0

    def tree(self, tree: Any, depth: int) -> Q:
        if not isinstance(tree, Mapping) or depth > MAX_DEPTH:
            raise ValidationError(_("This filter cannot be understood, or is nested too deep."))
        if "field" in tree:
            return self.condition(tree)
        joined = "any" if "any" in tree else "all"
        parts = tree.get(joined)
        if not isinstance(parts, list):
            raise ValidationError(_("A filter has “all”, “any” or a field."))
        compiled = [self.tree(part, depth + 1) for part in parts]
        if joined == "any" and not all(compiled):  # nothing asked holds for every record
            return Q()
        return reduce(or_ if joined == "any" else and_, compiled, Q())

    def condition(self, condition: Mapping[str, Any]) -> Q:
        self.count += 1
        if self.count > MAX_CONDITIONS:
            raise ValidationError(_("A filter has at most %(most)s conditions.") % {"most": MAX_CONDITIONS})
        field = self.known.get(str(condition.get("field")))
        if field is None:
            asked = "".join(one if one.isprintable() else "\ufffd" for one in str(condition["field"])[:60])
            raise ValidationError(_("There is no field called “%(name)s”.") % {"name": asked})
        word = str(condition.get("op", ""))
        if word not in OPERATORS_OF.get(field.type, _TEXT):
            raise ValidationError(
                _("“%(field)s” cannot be asked for “%(word)s”.") % {"field": field.label, "word": word[:30]}
            )
        if field.annotate:
            self.annotators.append(field.annotate)
        if field.custom_key and not field.custom_of:
            return self.custom(field, word, condition.get("value"))
        if is_partly_seen(self.user, field):
            return self.related(field, word, condition.get("value"))
        found = self.own(field, word, condition.get("value"))
        # Whether there is a value a mask tells too; what it is, only records on which the user sees it may answer.
        return (
            found
            if word in ("empty", "filled")
            else found & self.kind.unmasked_rows(self.user, field.masked_by)
        )

    def related(self, field: Field, word: str, value: Any) -> Q:
        """As `own`, with related records out of the user's reach counting as empty."""
        seen = related_is_seen(self.user, self.kind.model, field)
        if (positive := {**_NEGATIONS, "empty": "filled"}.get(word)) is not None:
            return ~(self.own(field, positive, value) & seen)
        return self.own(field, word, value) & seen

    def own(self, field: Field, word: str, value: Any) -> Q:
        if field.custom_key:
            return self.custom(field, word, value)
        negative = _NEGATIONS.get(word)
        model = self.kind.model
        if not _is_many(model, field.path):
            if negative:  # of a single value: empty ones are "not" too
                return ~Q(_test(field, negative, value, field.path, self.user))
            return _test(field, word, value, field.path, self.user)
        # Through a relation with many rows: a sub-query, so that no record appears twice.
        rows = model._default_manager.filter(pk=OuterRef("pk"))
        if word == "empty":
            return ~Q(Exists(rows.filter(**{f"{field.path}__isnull": False})))
        if word == "filled":
            return Q(Exists(rows.filter(**{f"{field.path}__isnull": False})))
        if word == "all_of":
            found = Q()
            for one in _values(value):
                found &= Q(Exists(rows.filter(_test(field, "any_of", [one], field.path, self.user))))
            return found
        inner = Q(Exists(rows.filter(_test(field, negative or word, value, field.path, self.user))))
        return ~inner if negative else inner

    def custom(self, field: Field, word: str, value: Any) -> Q:
        column = f"{field.custom_of}__custom" if field.custom_of else "custom"
        name, has_key = f"asked_{field.custom_of}{field.custom_key}", f"{column}__has_key"
        type_ = "money" if field.type == "money" else field.type
        self.annotators.append(_annotator(name, type_, field.custom_key, column))
        if word == "empty":
            return ~Q(**{has_key: field.custom_key})
        if word == "filled":
            return Q(**{has_key: field.custom_key})
        absent = ~Q(**{has_key: field.custom_key})
        if field.type == "choices":
            found = _of_list(name, word, _values(value))
            return found | absent if word == "none_of" else found
        if field.type == "boolean":
            return Q(**{name: "true"}) if word == "yes" else Q(**{name: "false"})
        if field.type in ("date", "datetime"):
            return _of_iso_day(name, word, value)
        negative = {"is_not": "is", "contains_not": "contains", "not_in": "in"}.get(word)
        test = _test(field, negative or word, value, name, self.user)
        return ~Q(test) | absent if negative else test


def _annotator(name: str, type_: str, key: str, column: str) -> Callable[[QuerySet], QuerySet]:
    return lambda rows: rows.alias(**{name: expression(type_, key, column)})


def _is_many(model: Any, path: str) -> bool:
    for part in path.split("__"):
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:  # an annotation or a transform ends the path
            return False
        if field.one_to_many or field.many_to_many:
            return True
        if not field.is_relation:
            return False
        model = field.related_model
    return False


def _test(field: Field, word: str, value: Any, path: str, user: Any) -> Q:
    if word in ("empty", "filled"):
        textual = field.type in (
            "text",
            "long_text",
            "mail",
            "phone",
            "url",
            "choice",
            "country",
            "language",
            "time_zone",
        )
        nothing = Q(**{f"{path}__isnull": True}) | (
            Q(**{path: ""}) if textual and "__" not in path else Q(pk__in=[])
        )
        return nothing if word == "empty" else ~nothing
    if field.type in ("number", "money"):
        return _of_number(path, word, value)
    if field.type in ("date", "datetime"):
        return _of_moment(path, word, value, whole_days=field.type == "date")
    if word in ("in", "any_of"):
        lookup = "overlap" if field.holds_list else "in"
        return Q(**{f"{path}__{lookup}": _choices(field, value, user)})
    if field.type == "boolean":
        return Q(**{path: word == "yes"})
    text = _text(value)
    if field.type == "phone":
        digits = "".join(ch for ch in to_latin(text) if ch.isdigit())
        return Q(**{f"{path}__contains": digits}) if digits else Q(pk__in=[])
    if field.type == "link" and not field.custom_key:  # a linked record is asked for by its name
        path = f"{path}__name"
    lookup = {"contains": "icontains", "is": "iexact", "starts": "istartswith"}[word]
    return Q(**{f"{path}__{lookup}": text})


def _text(value: Any) -> str:
    if not isinstance(value, str | int | float) or not str(value).strip():
        raise ValidationError(_("Write what to look for."))
    text = str(value).strip()
    if len(text) > 300:
        raise ValidationError(_("This is too long to look for."))
    return text


def _values(value: Any) -> list[Any]:
    values = value if isinstance(value, list | tuple) else [value]
    values = [one for one in values if one not in (None, "")]
    if not values or len(values) > MAX_VALUES:
        raise ValidationError(_("Choose at least one value, and at most %(most)s.") % {"most": MAX_VALUES})
    return values


def _choices(field: Field, value: Any, user: Any) -> list[Any]:
    values = _values(value)
    if field.type == "user":
        values = [user.pk if one == "me" else one for one in values]
    if field.type == "team":
        values = [user.team_id if one == "mine" else one for one in values]
    named_by_id = field.type in ("user", "team", "tags", "link") or field.path.endswith("__id")
    if named_by_id and not field.custom_key:
        return [_uuid(one) for one in values if one is not None]
    return [_text(one) for one in values]


def _uuid(value: Any) -> UUID:
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        raise ValidationError(_("One of the chosen values is no longer there.")) from None


def _number(value: Any) -> Decimal:
    try:
        number = Decimal(to_latin(str(value)).replace(",", "").strip())
    except (InvalidOperation, ValueError):  # also a whole number of thousands of digits
        raise ValidationError(_("Write a number.")) from None
    if (
        not number.is_finite()
        or abs(number) > Decimal(10) ** 15
        or int(number.as_tuple().exponent) < -MOST_PLACES
    ):
        raise ValidationError(_("Write a number."))
    return number


def _pair(value: Any) -> tuple[Any, Any]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValidationError(_("Give both ends, from and to."))
    return value[0], value[1]


def _of_number(path: str, word: str, value: Any) -> Q:
    if word == "between":
        low, high = _pair(value)
        return Q(**{f"{path}__gte": _number(low), f"{path}__lte": _number(high)})
    lookup = {"is": "exact", "less": "lte", "more": "gte"}[word]
    return Q(**{f"{path}__{lookup}": _number(value)})


def _day(value: Any) -> date:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(to_latin(str(value).strip()))
    except ValueError:
        raise ValidationError(_("Write a date, like 2026-11-22.")) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(_("Write a date of the years 2 to 9998."))
    return day


def _span(word: str, value: Any) -> tuple[date | None, date | None]:
    """First and last day, both included; None is open."""
    today = timezone.localdate()
    if word in ("last_days", "next_days", "older_days"):
        days = int(_number(value))
        if not 0 <= days <= 36_500:
            raise ValidationError(_("Write a number of days up to 36,500."))
        step = timedelta(days=days)
        return {"last_days": (today - step, today), "next_days": (today, today + step)}.get(
            word, (None, today - step - timedelta(days=1))
        )
    if word == "between":
        low, high = _pair(value)
        return _day(low), _day(high)
    day = _day(value)
    one = timedelta(days=1)
    return {"on": (day, day), "before": (None, day - one), "after": (day + one, None)}[word]


def _of_moment(path: str, word: str, value: Any, *, whole_days: bool) -> Q:
    first, last = _span(word, value)
    zone = timezone.get_current_timezone()
    found = Q()
    if first:
        start: Any = first if whole_days else timezone.make_aware(datetime.combine(first, time()), zone)
        found &= Q(**{f"{path}__gte": start})
    if last:
        if whole_days:
            return found & Q(**{f"{path}__lte": last})
        end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time()), zone)
        found &= Q(**{f"{path}__lt": end})
    return found


def _of_iso_day(name: str, word: str, value: Any) -> Q:
    """Custom dates are ISO text, which sorts as days do."""
    first, last = _span(word, value)
    found = Q(**{f"{name}__gte": first.isoformat()}) if first else Q()
    return found & Q(**{f"{name}__lte": last.isoformat()}) if last else found


def _of_list(name: str, word: str, keys: list[Any]) -> Q:
    if word == "all_of":
        return Q(**{f"{name}__contains": keys})
    any_of = Q()
    for key in keys:
        any_of |= Q(**{f"{name}__contains": [key]})
    return ~any_of if word == "none_of" else any_of
