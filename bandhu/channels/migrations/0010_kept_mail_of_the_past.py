from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0009_sign_in_and_watching")]

    operations = [
        migrations.AddField(
            model_name="keptmail",
            name="is_past",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
