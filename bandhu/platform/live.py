"""Hints to open pages: "this changed, fetch your fragment again". Never data: the scoped view decides."""

from django.db import connection

CHANNEL = "bandhu_live"


def hint(*topics: str) -> None:
    """Tell every open page that watches one of `topics` ("contact:<id>", "user:<id>"); sent on commit."""
    if not topics:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_notify(%s, topic) FROM unnest(%s::text[]) AS topic", [CHANNEL, list(topics)]
        )
