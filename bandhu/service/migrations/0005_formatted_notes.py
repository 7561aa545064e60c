from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("service", "0004_channels_are_chosen")]
    operations = [
        migrations.AddField(
            model_name="ticketnote", name="html", field=models.TextField(blank=True, db_default="", default="")
        ),
    ]
