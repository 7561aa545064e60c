"""Rules may run at due dates; an index finds the tickets whose date comes or has passed."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("service", "0007_whose_promise")]

    operations = [
        migrations.AlterField(
            model_name="ticketrule",
            name="trigger",
            field=models.CharField(
                choices=[
                    ("created", "A ticket is opened"),
                    ("changed", "A ticket is changed"),
                    ("status", "The status changes"),
                    ("priority", "The priority changes"),
                    ("customer", "The customer writes"),
                    ("agent", "We answer the customer"),
                    ("waited", "A ticket has been in its status for a time"),
                    ("unanswered", "The customer has waited for an answer for a time"),
                    ("before", "A service level will be breached within a time"),
                    ("after", "A service level has been breached for a time"),
                    ("due_soon", "A ticket will be due within a time"),
                    ("overdue", "A ticket has been overdue for a time"),
                ],
                default="created",
                max_length=10,
                verbose_name="when",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("due_at__isnull", False)),
                fields=["due_at"],
                name="ticket_by_due_date",
            ),
        ),
    ]
