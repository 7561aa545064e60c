from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0010_kinds_of_imports"),
        ("interactions", "0008_where_the_inbox_looks"),
    ]

    operations = [
        migrations.AddField("followup", "custom", models.JSONField(blank=True, db_default={}, default=dict)),
        migrations.AddField("followup", "import_key", models.CharField(editable=False, max_length=64, null=True)),
        migrations.AddField(
            "followup", "note", models.TextField(blank=True, db_default="", default="", verbose_name="note")
        ),
        migrations.AddField(
            "followup", "version", models.PositiveIntegerField(db_default=1, default=1, editable=False)
        ),
    ]
