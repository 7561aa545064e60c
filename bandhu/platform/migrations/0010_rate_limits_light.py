from django.db import migrations, models


class Migration(migrations.Migration):
    """Every request of a program takes a token: without a log to flush, and without an index to move the row in.

    What a crash takes away are buckets, and an empty table says that all of them are full.
    """

    dependencies = [
        ("platform", "0009_custom_field_type_words"),
    ]

    operations = [
        migrations.AlterField(model_name="ratelimit", name="at", field=models.DateTimeField()),
        migrations.RunSQL(
            "ALTER TABLE platform_ratelimit SET UNLOGGED", "ALTER TABLE platform_ratelimit SET LOGGED"
        ),
    ]
