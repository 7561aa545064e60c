"""Fields that tell of a related record, such as a contact's company: only as far as the user may see that record.

Who may see such records nowhere does not have the field. Who may see all of them pays nothing. For everybody else
a related record out of reach counts as empty: in cells, filters, order and groups alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Case, Exists, F, Model, OuterRef, Q, When

from bandhu.platform.record_kinds import Field, RecordKind


def fields_of(user: Any, kind: RecordKind) -> list[Field]:
    """The kind's own fields, without those that tell of records `user` may not see anywhere."""
    return [one for one in kind.fields if all(map(user.holds, _relations(one).values()))]


def is_partly_seen(user: Any, field: Field) -> bool:
    """Whether some of the related records are out of the user's reach."""
    return not all(map(user.holds_on_all, _relations(field).values()))


def related_is_seen(user: Any, model: type[Model], field: Field) -> Q:
    """The condition for rows of `model` whose related record `user` may see; never unknown, so it can be negated."""
    found = Q()
    for name, permission in _relations(field).items():
        related: Any = model._meta.get_field(name).related_model
        seen = Q(Exists(related.objects.visible_to(user, permission).filter(pk=OuterRef(f"{name}_id"))))
        found &= seen | Q(**{f"{name}__isnull": True}) if field.made_of else seen
    return found


def seen_value(user: Any, model: type[Model], field: Field, path: str) -> Case:
    """What stands at `path` where the related record may be seen, else NULL."""
    return Case(When(related_is_seen(user, model, field), then=F(path)))


def hide_unseen(user: Any, kind: RecordKind, records: Sequence[Any], fields: Iterable[Field]) -> None:
    """Take related records out of reach off these loaded records (which are for showing, not for saving)."""
    for field in fields:
        if not is_partly_seen(user, field):
            continue
        for name, permission in _relations(field).items():
            for record in records:
                related = getattr(record, name)
                if related is not None and not kind.unmasked(user, permission, related):
                    setattr(record, field.path if field.made_of else name, None)


def _relations(field: Field) -> Mapping[str, str]:
    """Whose records it tells of, with what one needs to see them."""
    return dict(field.made_of) or {field.path.partition("__")[0]: field.related_permission}
