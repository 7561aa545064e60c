"""Conditions of rules over a kind of record: whether records fit them, whether they can still be understood, and their words.

A rule is nobody's: it sees every record and every field, whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bandhu.identity.models import Team, User
from bandhu.identity.ready_made import system_user
from bandhu.platform.filters import NO_VALUE, OPERATORS, Compiled, compile_filter, filterable_fields
from bandhu.platform.record_kinds import Field, RecordKind, record_kinds
from bandhu.platform.texts import check_storable
from bandhu.platform.value_choices import choices_for, words_for
from bandhu.ui.formats import current_reader, listing

NOT_UNDERSTOOD = gettext_noop("A condition can no longer be understood.")
SOMETHING_GONE = gettext_noop("A condition names something that is no longer there.")
NOBODY_IN_PARTICULAR = gettext_noop("A rule is nobody's: “Me” and “My team” mean nothing in its conditions.")
_CHOSEN = ("choice", "choices", "user", "team", "tags")
Tree = Mapping[str, Any]


@dataclass(frozen=True)
class Asker:
    """Who asks for a rule, and what there is to ask: read once for many rules."""

    user: User
    kind: RecordKind
    fields: list[Field]


def asker_of(kind: str) -> Asker:
    """Sees every record of the kind and every field."""
    user = system_user()
    return Asker(user, record_kinds[kind], filterable_fields(user, record_kinds[kind]))


def compiled_for(kind: str, conditions: Tree, by: Asker | None = None) -> Compiled:
    """Over every record of the kind, whoever may see it. Raises ValidationError."""
    if not conditions:
        return Compiled(Q())
    known = by or asker_of(kind)
    return compile_filter(known.user, known.kind, conditions, known.fields)


def checked_conditions(kind: str, conditions: Tree | None) -> dict[str, Any]:
    """A tree as it may be saved: understood, and naming what is there. Raises ValidationError (a list of texts)."""
    given = dict(conditions or {})
    check_storable(given)
    by = asker_of(kind)
    compiled_for(kind, given, by)
    if faults := faults_in(kind, given, by):
        raise ValidationError(_(faults[0]))
    return given


def faults_in(kind: str, conditions: Tree, by: Asker | None = None) -> list[str]:
    """Msgids of what does not work any more; each once."""
    if not conditions:
        return []
    known = by or asker_of(kind)
    try:
        compiled_for(kind, conditions, known)
    except ValidationError:
        return [NOT_UNDERSTOOD]
    fields = {one.name: one for one in known.fields}
    found = [fault for one in leaves(conditions) if (fault := _fault(one, fields[one["field"]], known))]
    return list(dict.fromkeys(found))


def leaves(tree: Tree) -> Iterator[Tree]:
    """The conditions of a tree that could be understood, without what joins them."""
    if "field" in tree:
        yield tree
        return
    for part in tree.get("any") or tree.get("all") or []:
        yield from leaves(part)


def conditions_in_words(kind: str, conditions: Tree) -> str:
    """ "Amount is at least 1,000, and Source is filled", in the reader's language; "" for none, or where it is not understood."""
    known = asker_of(kind)
    try:
        compiled_for(kind, conditions, known)
    except ValidationError:
        return ""
    return _words(conditions, {one.name: one for one in known.fields}, known.user) if conditions else ""


def _words(tree: Tree, fields: Mapping[str, Field], user: User) -> str:
    if "field" in tree:
        field = fields[tree["field"]]
        told = (str(field.label), str(OPERATORS[tree["op"]]), words_for(user, field, tree.get("value")))
        return " ".join(one for one in told if one)
    joined = "any" if "any" in tree else "all"
    parts = [_words(one, fields, user) for one in tree[joined]]
    pairs = zip(tree[joined], parts, strict=True)
    nested = [f"({text})" if "field" not in one else text for one, text in pairs if text]
    return listing(nested, current_reader(), "or" if joined == "any" else "standard")


def _fault(condition: Tree, field: Field, by: Asker) -> str:
    if field.type not in _CHOSEN or condition.get("op") in NO_VALUE:
        return ""
    given = condition.get("value")
    values = {
        str(one) for one in (given if isinstance(given, list | tuple) else [given]) if one not in (None, "")
    }
    if field.type in ("user", "team"):
        if values & {"me", "mine"}:
            return NOBODY_IN_PARTICULAR
        rows: Any = User.objects.filter(is_active=True) if field.type == "user" else Team.objects.all()
        return SOMETHING_GONE if rows.filter(pk__in=values).count() < len(values) else ""
    offered = choices_for(by.user, field)
    if offered is None:
        return ""
    return SOMETHING_GONE if values - {value for value, _words in offered} else ""
