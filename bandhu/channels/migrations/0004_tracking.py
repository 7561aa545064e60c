import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0003_invitations")]

    operations = [
        migrations.AddField("mail", "opens", models.PositiveIntegerField(default=0)),
        migrations.AddField("mail", "opened_at", models.DateTimeField(null=True)),
        migrations.AddField("mail", "clicks", models.PositiveIntegerField(default=0)),
        migrations.AddField("mail", "clicked_at", models.DateTimeField(null=True)),
        migrations.AddField("mail", "looks_by_programs", models.PositiveIntegerField(default=0)),
        migrations.AddField(
            "mailaccount",
            "tracks",
            models.BooleanField(default=False, verbose_name="opening of its mails is noted"),
        ),
        migrations.CreateModel(
            name="TrackedLink",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("target", models.TextField(blank=True)),
                ("clicks", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField(null=True)),
                (
                    "mail",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tracked",
                        to="channels.mail",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("mail", "target"), name="one_tracked_link_a_target")
                ],
            },
        ),
    ]
