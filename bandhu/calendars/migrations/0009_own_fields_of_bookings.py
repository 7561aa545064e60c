from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calendars", "0008_own_fields")]
    operations = [
        migrations.AddField(
            model_name="booking",
            name="custom",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
    ]
