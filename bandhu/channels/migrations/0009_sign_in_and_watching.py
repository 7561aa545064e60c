import django.db.models.deletion
from django.db import migrations, models

import bandhu.platform.ids


class Migration(migrations.Migration):
    dependencies = [("channels", "0008_allowed_pictures")]

    operations = [
        migrations.CreateModel(
            name="MailProvider",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bandhu.platform.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("google", "Google"),
                            ("microsoft", "Microsoft"),
                            ("other", "Another provider"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("client_id", models.CharField(max_length=300)),
                ("sealed_secret", models.TextField(blank=True, editable=False)),
                ("authorize_url", models.CharField(max_length=500)),
                ("token_url", models.CharField(max_length=500)),
                ("scopes", models.CharField(max_length=1000)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={"ordering": ["name", "id"]},
        ),
        migrations.AddField(
            model_name="mailaccount",
            name="provider",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="accounts",
                to="channels.mailprovider",
            ),
        ),
        migrations.AddField(
            model_name="mailaccount",
            name="sealed_tokens",
            field=models.TextField(blank=True, db_default="", default="", editable=False),
        ),
        migrations.AddField(
            model_name="mailaccount",
            name="watched_until",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="mailaccount",
            name="watcher",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=80),
        ),
    ]
