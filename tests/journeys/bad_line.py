"""A line between a browser and the house that can be cut in the middle: before a question arrives, or before its answer comes back."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit


class BadLine:
    """Stands at `url` for the house. `state` is "good", "no answers" (the house hears, nobody hears the house) or "cut"."""

    def __init__(self, house: str) -> None:
        self._target = ("127.0.0.1", urlsplit(house).port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self._listener.getsockname()[1]}"
        self.state = "good"
        self.heard = 0
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self, state: str) -> None:
        """From now on `state`; what is open is cut off where it stands."""
        self.state = state
        if state != "good":
            for one in list(self._open):
                _shut(one)

    def close(self) -> None:
        self.cut("cut")
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                ours, _address = self._listener.accept()
            except OSError:
                return
            if self.state == "cut":
                ours.close()
                continue
            theirs = socket.create_connection(self._target)
            self._open |= {ours, theirs}
            threading.Thread(target=self._carry, args=(ours, theirs, False), daemon=True).start()
            threading.Thread(target=self._carry, args=(theirs, ours, True), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while part := source.recv(65536):
                if is_answer and self.state == "no answers":
                    # The house has done what was asked; its word is lost on the way.
                    self.heard += 1
                    break
                sink.sendall(part)
        _shut(source)
        _shut(sink)
        self._open -= {source, sink}


def _shut(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        one.close()
