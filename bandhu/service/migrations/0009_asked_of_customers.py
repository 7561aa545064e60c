"""A type says which own fields customers fill in when they send such a request."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("service", "0008_rules_of_due_dates")]

    operations = [
        migrations.AddField(
            model_name="tickettype",
            name="portal_fields",
            field=models.JSONField(blank=True, db_default=[], default=list),
        )
    ]
