import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import bandhu.platform.ids


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0007_history_of_mailboxes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AllowedPictures",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bandhu.platform.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(blank=True, max_length=254)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "mail",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="channels.mail",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("mail__isnull", False)),
                        fields=("user", "mail"),
                        name="pictures_of_a_mail_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True),
                        fields=("user", "key"),
                        name="pictures_of_a_sender_once",
                    ),
                ],
            },
        ),
    ]
