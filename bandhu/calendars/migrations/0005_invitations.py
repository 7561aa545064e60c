import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calendars", "0004_accounts"), ("channels", "0003_invitations")]

    operations = [
        migrations.AddField(
            model_name="meeting",
            name="invites",
            field=models.BooleanField(default=False, verbose_name="guests are invited by mail"),
        ),
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
            model_name="bookingpage",
            name="remind_before",
            field=models.PositiveSmallIntegerField(default=24, verbose_name="reminder so many hours before"),
        ),
        migrations.AddField(
            model_name="booking",
            name="reminded_for",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
