"""Ids of other systems that a chunk lays down: those another record holds are disputed, and the two become a pair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bandhu.customers.disputed_ids import MODELS, pair_claimants, undisputed
from bandhu.customers.importing.pending import Pending


class Claims:
    """The new ids of a chunk's records. Only a record out of the importer's reach can hold one of them, see `lookup`."""

    def __init__(self, pendings: Sequence[Pending]) -> None:
        self.made = {
            kind: {pair: one.id for one in pendings if one.kind == kind for pair in one.external_ids}
            for kind in MODELS
        }
        self.held = {kind: undisputed(kind, pairs) for kind, pairs in self.made.items()}

    def rows(self, pending: Pending) -> list[dict[str, Any]]:
        """The rows of one record."""
        held = self.held[pending.kind]
        return [
            {"source": source, "external_id": one, "is_disputed": (source, one) in held}
            for source, one in pending.external_ids
        ]

    def pair(self) -> None:
        """Once the records are there: let the disputes wait for somebody who sees both."""
        for kind, held in self.held.items():
            if held:
                pair_claimants(kind, {pair: self.made[kind][pair] for pair in held})
