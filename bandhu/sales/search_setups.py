"""What the search finds among what is set up in sales: sequences and territories, by their names in any language."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.platform.registries import SearchKind
from bandhu.platform.search.texts import MOST_WORDS, Hits, has_words, in_order
from bandhu.sales.models import Sequence, Territory

# Below what is found by its name: who looks for a person does not look for these.
BEST = 0.55


def find_sequences(user: Any, text: str, limit: int) -> Hits:
    """Those in use first."""
    rows = Sequence.objects.filter(has_words(text, "name")).order_by("-is_active", "name", "pk")[:limit]
    words = [(one.pk, one.name, "" if one.is_active else str(_("Not in use"))) for one in rows]
    return in_order(words, BEST)


def find_territories(user: Any, text: str, limit: int) -> Hits:
    """Those in use first, each with the team or the person it belongs to. They are few: all are looked at, by every name they have."""
    words = text.casefold().split()[:MOST_WORDS]
    rows = Territory.objects.select_related("team", "owner").order_by("-is_active", "position", "pk")
    found = [one for one in rows if words and all(word in _names_of(one) for word in words)]
    return in_order(((one.pk, one.label, str(one.owner or one.team)) for one in found[:limit]), BEST)


def _names_of(one: Territory) -> str:
    return "\n".join([one.name, one.label, *map(str, one.names.values())]).casefold()


SEQUENCES = SearchKind(
    name="sequence",
    label=_("Sequence"),
    icon="list-ordered",
    url=lambda pk: reverse("sales:sequence", args=[pk]),
    visible_to=lambda user: Sequence.objects.all(),
    find=find_sequences,
    view_permission="sales.view_enrolment",
    position=62,
)
TERRITORIES = SearchKind(
    name="territory",
    label=_("Territory"),
    icon="map",
    url=lambda pk: reverse("sales:territory", args=[pk]),
    visible_to=lambda user: Territory.objects.all(),
    find=find_territories,
    view_permission="sales.manage_territories",
    position=64,
)
