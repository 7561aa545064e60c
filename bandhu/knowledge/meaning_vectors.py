"""Vectors of texts: kept as signed bytes, compared by the angle between them. Brings numpy, so it is imported where it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from bandhu.knowledge.models import ArticleMeaning

if TYPE_CHECKING:
    from bandhu.platform.embedding import Vectors

# A block of this many rows is turned into floats at a time: what fits a processor's own memory.
_BLOCK = 1_024
_LARGEST = 127


@dataclass(frozen=True)
class Known:
    """Every vector of one model. Rows of a text lie together: those of `texts[n]` begin at `starts[n]`; `lengths` are the rows' lengths."""

    texts: list[UUID]
    starts: NDArray[np.intp]
    vectors: NDArray[np.int8]
    lengths: Vectors

    def nearest(self, question: Vectors, least: float, most: int) -> dict[UUID, float]:
        """Texts by the likeness (cosine) of their nearest part to the question, of those that are at least so like, the most alike."""
        if not self.texts:
            return {}
        likeness = np.empty(len(self.vectors), dtype=np.float32)
        floats = np.empty((_BLOCK, self.vectors.shape[1]), dtype=np.float32)
        for begin in range(0, len(self.vectors), _BLOCK):
            block = self.vectors[begin : begin + _BLOCK]
            np.copyto(floats[: len(block)], block)
            np.dot(floats[: len(block)], question, out=likeness[begin : begin + len(block)])
        likeness /= self.lengths
        by_text = np.maximum.reduceat(likeness, self.starts)
        found = np.flatnonzero(by_text >= least)
        best = found[np.argsort(-by_text[found], kind="stable")][:most]
        return {self.texts[place]: float(by_text[place]) for place in best}


def as_bytes(vectors: Vectors) -> bytes:
    """Rows as signed bytes, each stretched to the whole range: only its direction is kept. An angle changes by less than a hundredth."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    stretched = vectors / np.where(largest > 0, largest, 1) * _LARGEST
    return np.rint(stretched).astype(np.int8).tobytes()


def read_known(model: str) -> Known:
    """What the database has of a model."""
    texts: list[UUID] = []
    counts: list[int] = []
    pieces: list[bytes] = []
    rows = ArticleMeaning.objects.filter(model=model, parts__gt=0).values_list("text_id", "parts", "vectors")
    for text_id, parts, vectors in rows.iterator(chunk_size=2_000):
        texts.append(text_id)
        counts.append(parts)
        pieces.append(bytes(vectors))
    together = np.frombuffer(b"".join(pieces), dtype=np.int8)
    whole = together.reshape(sum(counts), -1) if counts else together.reshape(0, 1)
    starts = np.cumsum([0, *counts[:-1]], dtype=np.intp) if counts else np.empty(0, dtype=np.intp)
    return Known(texts, starts, whole, _lengths(whole))


def _lengths(vectors: NDArray[np.int8]) -> Vectors:
    blocks = (vectors[begin : begin + _BLOCK].astype(np.float32) for begin in range(0, len(vectors), _BLOCK))
    found = [np.sqrt(np.einsum("ij,ij->i", block, block)) for block in blocks]
    lengths = np.concatenate(found) if found else np.empty(0, dtype=np.float32)
    return np.where(lengths > 0, lengths, np.float32(1))
