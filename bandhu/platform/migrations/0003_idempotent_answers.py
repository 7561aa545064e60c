from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0002_extensions")]

    operations = [
        migrations.RemoveConstraint("idempotentanswer", "one_answer_per_key"),
        migrations.RemoveField("idempotentanswer", "user"),
        migrations.AddField("idempotentanswer", "caller", models.CharField(max_length=64, default=""), False),
        migrations.AddField(
            "idempotentanswer", "content_type", models.CharField(max_length=100, blank=True, default=""), False
        ),
        migrations.AddConstraint(
            "idempotentanswer",
            models.UniqueConstraint(fields=["caller", "key"], name="one_answer_per_key"),
        ),
    ]
