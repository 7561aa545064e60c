from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contact_center", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="workitem",
            name="rests",
            field=models.BooleanField(default=False, db_default=False),
        ),
        migrations.AlterField(
            model_name="workevent",
            name="verb",
            field=models.CharField(
                choices=[
                    ("queued", "Came into the queue"),
                    ("reopened", "Opened again"),
                    ("offered", "Offered"),
                    ("accepted", "Accepted"),
                    ("declined", "Declined"),
                    ("missed", "Not answered in time"),
                    ("routed", "Assigned by the router"),
                    ("assigned", "Assigned"),
                    ("returned", "Returned to the queue"),
                    ("moved", "Moved to another queue"),
                    ("finished", "Finished"),
                    ("held_back", "Could not be handed over"),
                    ("rests", "Put off"),
                    ("resumed", "Back from being put off"),
                ],
                max_length=10,
            ),
        ),
    ]
