from django.db import migrations


class Migration(migrations.Migration):
    """Entries sealed without a key are sealed again, with the key, by the job of the next minutes."""

    dependencies = [("platform", "0007_bulk_changes")]
    operations = [
        migrations.RunSQL("UPDATE platform_auditentry SET seal = NULL, hash = NULL", migrations.RunSQL.noop)
    ]
