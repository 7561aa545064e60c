"""What the report of conversations counts, read from indexes alone; built beside the running work, one left half built anew."""

from django.db import migrations, models

_DROP = "DROP INDEX CONCURRENTLY IF EXISTS {0}"
_BY = ["id", "state", "assignee", "team", "channel", "language"]
_COLUMNS = "id, state, assignee_id, team_id, channel, language"


def _index(name, sql, **index):
    return migrations.SeparateDatabaseAndState(
        [
            migrations.RunSQL(_DROP.format(name), migrations.RunSQL.noop),
            migrations.RunSQL(f"CREATE INDEX CONCURRENTLY {name} ON interactions_conversation {sql}", _DROP.format(name)),
        ],
        [migrations.AddIndex("conversation", models.Index(name=name, **index))],
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("interactions", "0011_first_incoming")]

    operations = [
        _index("talks_by_beginning", f"(created_at) INCLUDE ({_COLUMNS})", fields=["created_at"], include=_BY),
        _index(
            "talks_by_closing",
            f"(closed_at) INCLUDE ({_COLUMNS}) WHERE closed_at IS NOT NULL",
            fields=["closed_at"],
            include=_BY,
            condition=models.Q(("closed_at__isnull", False)),
        ),
        _index(
            "talks_by_first_answer",
            f"(first_answered_at) INCLUDE (first_incoming_at, {_COLUMNS}) WHERE first_answered_at IS NOT NULL",
            fields=["first_answered_at"],
            include=["first_incoming_at", *_BY],
            condition=models.Q(("first_answered_at__isnull", False)),
        ),
        _index(
            "talks_standing_open",
            f"(created_at) INCLUDE ({_COLUMNS}) WHERE state IN ('open', 'snoozed')",
            fields=["created_at"],
            include=_BY,
            condition=models.Q(("state__in", ("open", "snoozed"))),
        ),
    ]
