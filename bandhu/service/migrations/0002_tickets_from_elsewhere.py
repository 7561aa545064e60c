from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("service", "0001_tickets")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="came_from",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=60),
        ),
        migrations.AddField(
            model_name="ticket",
            name="external_id",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=200),
        ),
        migrations.AddField(
            model_name="ticket", name="imported_at", field=models.DateTimeField(editable=False, null=True)
        ),
        migrations.AddField(
            model_name="ticket",
            name="import_key",
            field=models.CharField(editable=False, max_length=64, null=True),
        ),
    ]
