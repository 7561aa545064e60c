import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial")]

    operations = [
        migrations.AddField("mail", "opened_at", models.DateTimeField(null=True)),
        migrations.AddField("mail", "clicked_at", models.DateTimeField(null=True)),
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
