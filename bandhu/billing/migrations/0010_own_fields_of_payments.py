from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0009_unclear_refunds")]
    operations = [
        migrations.AddField(
            model_name="payment",
            name="custom",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
    ]
