import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calendars", "0004_accounts"), ("channels", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="meeting",
            name="mail_account",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="channels.mailaccount",
            ),
        ),
        migrations.AddField(
            model_name="attendee",
            name="invited_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="attendee",
            name="answered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="attendee",
            name="state",
            field=models.CharField(
                choices=[
                    ("asked", "Asked"),
                    ("accepted", "Comes"),
                    ("declined", "Does not come"),
                    ("tentative", "Perhaps comes"),
                ],
                default="asked",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="booking",
            name="reminded_for",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
