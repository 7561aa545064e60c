from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0006_conversations_by_mail")]

    operations = [
        migrations.AddField(
            model_name="mailaccount",
            name="history",
            field=models.CharField(
                choices=[("none", "Nothing: from today on"), ("days", "The last days"), ("all", "All of it")],
                db_default="none",
                default="none",
                max_length=5,
                verbose_name="earlier mail",
            ),
        ),
        migrations.AddField(
            model_name="mailaccount",
            name="history_days",
            field=models.PositiveIntegerField(db_default=30, default=30, verbose_name="days back"),
        ),
    ]
