"""A row of a file comes in once. The index is built beside the running work; where 0002 made it in former days, it is there already."""

from django.db import migrations, models

MAKE = """
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS one_ticket_of_a_row ON service_ticket (import_key) WHERE import_key IS NOT NULL
"""
DROP = "DROP INDEX CONCURRENTLY IF EXISTS one_ticket_of_a_row"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("service", "0005_formatted_notes")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(MAKE, DROP)],
            state_operations=[
                migrations.AddConstraint(
                    model_name="ticket",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("import_key__isnull", False)),
                        fields=("import_key",),
                        name="one_ticket_of_a_row",
                    ),
                )
            ],
        )
    ]
