"""pytest plugin: how many statements a page takes, kept in `query_counts.json` beside the test.

    def test_list(count_queries, client):
        with count_queries("contacts"):
            client.get("/contacts/")

More or fewer than written down fails: a change shows in review. UPDATE_QUERY_COUNTS=1 writes what was counted.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


@pytest.fixture
def count_queries(request: pytest.FixtureRequest) -> Callable[[str], AbstractContextManager[None]]:
    """Counts the statements inside and compares with what is written down under this name."""
    file = Path(request.path).parent / "query_counts.json"

    @contextmanager
    def counting(name: str) -> Iterator[None]:
        with CaptureQueriesContext(connection) as captured:
            yield
        counts = json.loads(file.read_text()) if file.exists() else {}
        if os.environ.get("UPDATE_QUERY_COUNTS"):
            counts[name] = len(captured)
            file.write_text(json.dumps(counts, indent=2, sort_keys=True) + "\n")
            return
        if counts.get(name) != len(captured):
            statements = "\n".join(query["sql"][:160] for query in captured.captured_queries)
            pytest.fail(
                f"{name}: {len(captured)} statements, written down are {counts.get(name)}. "
                f"UPDATE_QUERY_COUNTS=1 accepts the new figure.\n{statements}"
            )

    return counting
