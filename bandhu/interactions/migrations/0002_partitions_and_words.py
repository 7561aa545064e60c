from datetime import UTC, datetime

from django.db import migrations

from bandhu.platform.partitions import ensure_partitions

FIRST_YEAR = 2018


def make_partitions(apps, schema_editor):
    ensure_partitions("interactions_interaction", FIRST_YEAR, datetime.now(UTC).year + 2)


class Migration(migrations.Migration):
    dependencies = [("interactions", "0001_initial")]

    operations = [
        migrations.RunPython(make_partitions, migrations.RunPython.noop),
        migrations.RunSQL(
            "CREATE INDEX interaction_words ON interactions_interaction USING gin (words)",
            "DROP INDEX interaction_words",
        ),
    ]
