from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("service", "0006_one_ticket_of_a_row")]

    operations = [
        migrations.AddField(
            model_name="clock",
            name="priority",
            field=models.CharField(blank=True, db_default="", max_length=10),
        ),
    ]
