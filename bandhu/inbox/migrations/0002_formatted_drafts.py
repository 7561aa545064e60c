from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="html",
            field=models.TextField(blank=True, default="", db_default=""),
        )
    ]
