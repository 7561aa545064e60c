"""What helped most readers, for the start of the help centre; built beside the running work, one left half built anew."""

from django.db import migrations, models

_DROP = "DROP INDEX CONCURRENTLY IF EXISTS article_by_help"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("knowledge", "0002_meanings_and_readings")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(_DROP, migrations.RunSQL.noop),
                migrations.RunSQL(
                    "CREATE INDEX CONCURRENTLY article_by_help ON knowledge_article (helpful DESC, published_at DESC)"
                    " WHERE archived_at IS NULL",
                    _DROP,
                ),
            ],
            [
                migrations.AddIndex(
                    "article",
                    models.Index(
                        fields=["-helpful", "-published_at"],
                        condition=models.Q(("archived_at__isnull", True)),
                        name="article_by_help",
                    ),
                )
            ],
        ),
    ]
