from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0002_ready_made_letters")]

    operations = [
        migrations.AddField(
            model_name="mail",
            name="calendar",
            field=models.TextField(blank=True),
        ),
    ]
