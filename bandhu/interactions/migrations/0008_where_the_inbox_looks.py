import django.contrib.postgres.indexes
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

_OLD = (
    "conversations_by_state",
    "conversations_of_assignee",
    "conversations_of_team",
    "conversations_of_nobody",
    "conversations_of_contact",
    "conversations_of_company",
)


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0010_kinds_of_imports"),
        ("identity", "0002_hand_over"),
        ("interactions", "0007_words_of_messages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(name="conversation", options={"ordering": ["-active_at", "-id"]}),
        migrations.AddField(
            model_name="conversation",
            name="active_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.RunSQL("UPDATE interactions_conversation SET active_at = last_message_at", migrations.RunSQL.noop),
        *(migrations.RemoveIndex(model_name="conversation", name=name) for name in _OLD),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["state", "-active_at", "-id"], name="talks_by_state"),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["assignee", "state", "-active_at", "-id"], name="talks_of_assignee"),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["team", "state", "-active_at", "-id"], name="talks_of_team"),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["channel", "state", "-active_at", "-id"], name="talks_of_channel"),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("assignee__isnull", True), ("state", "open")),
                fields=["-active_at", "-id"],
                name="talks_of_nobody",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("state", "open"), ("waiting_since__isnull", False)),
                fields=["waiting_since", "id"],
                name="talks_that_wait",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=django.contrib.postgres.indexes.GinIndex(fields=["labels"], name="talks_by_label"),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["contact", "-active_at"], name="talks_of_contact"),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["company", "-active_at"], name="talks_of_company"),
        ),
    ]
