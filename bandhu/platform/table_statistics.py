"""What PostgreSQL believes its tables hold, by which it plans every statement.

It looks again by itself, but only once a minute: a file of 100,000 contacts is in before that, and until then the
tables count as empty ones. A page of fifty then reads and sorts the whole book (240 ms instead of 4). In the same way
what was written last waits before the indexes of words, and every search reads through it until it is put in its place.
"""

from __future__ import annotations

from django.db import connection

FEWEST = 1_000
"""Changed rows below which no plan goes wrong badly enough to matter."""
# Counted for the tables of this database by PostgreSQL itself, so that no list of ours can miss one.
_OUTGROWN = """
    SELECT relname FROM pg_stat_user_tables
    WHERE schemaname = current_schema() AND n_mod_since_analyze >= greatest(%(fewest)s, n_live_tup / 10)
"""
# Indexes of partitioned tables hold nothing themselves; those of somebody else in the same database are not ours to tidy.
_PUT_IN_PLACE = """
    SELECT gin_clean_pending_list(index.oid) FROM pg_class AS index JOIN pg_am ON pg_am.oid = index.relam
    WHERE pg_am.amname = 'gin' AND index.relkind = 'i' AND index.relnamespace = current_schema()::regnamespace
      AND pg_has_role(index.relowner, 'USAGE')
"""


def refresh_statistics() -> list[str]:
    """Have PostgreSQL look again at each table of which a tenth has changed since it last did; returns their names.

    What waits before the indexes of words is put in its place. Call it outside transactions, after writing much: it sees what is committed. A table that is being looked at already is left out.
    """
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        # Counts of what this connection has just written are otherwise handed in up to a second later.
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(_OUTGROWN, {"fewest": FEWEST})
        outgrown = sorted(name for (name,) in cursor.fetchall())
        if outgrown:
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {', '.join(quote(name) for name in outgrown)}")
        cursor.execute(_PUT_IN_PLACE)
    return outgrown
