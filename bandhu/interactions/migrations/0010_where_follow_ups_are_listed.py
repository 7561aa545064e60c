"""Where the list of follow-ups and the reports of conversations look; built beside the running work, one left half built anew."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models
from django.db.models.functions import Upper

_DROP = "DROP INDEX CONCURRENTLY IF EXISTS {0}"


def _index(name, sql, operation):
    return migrations.SeparateDatabaseAndState(
        [
            migrations.RunSQL(_DROP.format(name), migrations.RunSQL.noop),
            migrations.RunSQL(sql.format(name), _DROP.format(name)),
        ],
        [operation],
    )


_DUE = models.Index(fields=["due_at", "id"], name="follow_ups_by_due")
_WORDS = GinIndex(OpClass(Upper("what"), "gin_trgm_ops"), name="follow_ups_by_words")
_ONCE = models.UniqueConstraint(
    condition=models.Q(("import_key__isnull", False)), fields=("import_key",), name="one_follow_up_of_a_row"
)
_TELLING = models.Index(condition=models.Q(("kind", "event")), fields=["id"], name="messages_that_tell")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("interactions", "0009_follow_ups_as_records")]

    operations = [
        _index(
            "follow_ups_by_due",
            "CREATE INDEX CONCURRENTLY {0} ON interactions_followup (due_at, id)",
            migrations.AddIndex("followup", _DUE),
        ),
        _index(
            "follow_ups_by_words",
            "CREATE INDEX CONCURRENTLY {0} ON interactions_followup USING gin (upper(what) gin_trgm_ops)",
            migrations.AddIndex("followup", _WORDS),
        ),
        _index(
            "one_follow_up_of_a_row",
            "CREATE UNIQUE INDEX CONCURRENTLY {0} ON interactions_followup (import_key) WHERE import_key IS NOT NULL",
            migrations.AddConstraint("followup", _ONCE),
        ),
        _index(
            "messages_that_tell",
            "CREATE INDEX CONCURRENTLY {0} ON interactions_message (id) WHERE kind = 'event'",
            migrations.AddIndex("message", _TELLING),
        ),
    ]
