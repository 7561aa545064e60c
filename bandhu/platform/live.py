"""Hints to open pages: "this changed, fetch your fragment again". Never data: the scoped view decides."""

from django.db import connection

from bandhu.platform.together import keep

CHANNEL = "bandhu_live"


def hint(*topics: str) -> None:
    """Tell every open page that watches one of `topics` ("contact:<id>", "user:<id>"); sent on commit."""
    if topics and not keep(_send, topics):
        _send([topics])


def _send(several: list[tuple[str, ...]]) -> None:
    topics = dict.fromkeys(topic for some in several for topic in some)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_notify(%s, topic) FROM unnest(%s::text[]) AS topic", [CHANNEL, list(topics)]
        )
