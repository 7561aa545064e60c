"""Two lines of one person in one part, as merges left them, become one; then the database refuses a second. Built beside the running work."""

from django.db import migrations, models

# The older line stays; a note only the other one has goes along.
JOIN = """
UPDATE sales_stakeholder kept SET note = other.note FROM sales_stakeholder other
WHERE kept.note = '' AND other.note <> '' AND kept.id < other.id
AND (kept.opportunity_id, kept.contact_id, kept.role) = (other.opportunity_id, other.contact_id, other.role)
"""
DROP_SECOND = """
DELETE FROM sales_stakeholder second USING sales_stakeholder kept
WHERE kept.id < second.id
AND (kept.opportunity_id, kept.contact_id, kept.role) = (second.opportunity_id, second.contact_id, second.role)
"""
MAKE = """
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS one_part_of_a_stakeholder
ON sales_stakeholder (opportunity_id, contact_id, role)
"""
DROP = "DROP INDEX CONCURRENTLY IF EXISTS one_part_of_a_stakeholder"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sales", "0014_stage_rules")]

    operations = [
        migrations.RunSQL(JOIN, migrations.RunSQL.noop),
        migrations.RunSQL(DROP_SECOND, migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(MAKE, DROP)],
            state_operations=[
                migrations.AddConstraint(
                    model_name="stakeholder",
                    constraint=models.UniqueConstraint(
                        fields=("opportunity", "contact", "role"), name="one_part_of_a_stakeholder"
                    ),
                )
            ],
        ),
    ]
