"""Moves repeat whose their opportunity is; the database itself keeps it right, whoever writes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Before the triggers are there, so that each row costs one look and not three.
FILL = """
UPDATE sales_stagemove SET owner_id = sales_opportunity.owner_id, team_id = sales_opportunity.team_id
FROM sales_opportunity
WHERE sales_opportunity.id = opportunity_id
  AND (sales_opportunity.owner_id IS NOT NULL OR sales_opportunity.team_id IS NOT NULL)
"""
# The lock makes a move that is written wait for somebody who is giving the opportunity away, and the other way round.
KEEP = """
CREATE FUNCTION sales_seller_of_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT owner_id, team_id INTO NEW.owner_id, NEW.team_id
    FROM sales_opportunity WHERE id = NEW.opportunity_id FOR NO KEY UPDATE;
    RETURN NEW;
END $$;
CREATE TRIGGER seller_of_move BEFORE INSERT OR UPDATE OF opportunity_id, owner_id, team_id ON sales_stagemove
    FOR EACH ROW EXECUTE FUNCTION sales_seller_of_move();

CREATE FUNCTION sales_seller_of_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE sales_stagemove SET owner_id = NEW.owner_id, team_id = NEW.team_id WHERE opportunity_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER seller_of_moves AFTER UPDATE OF owner_id, team_id ON sales_opportunity
    FOR EACH ROW WHEN ((OLD.owner_id, OLD.team_id) IS DISTINCT FROM (NEW.owner_id, NEW.team_id))
    EXECUTE FUNCTION sales_seller_of_moves();
"""
LEAVE = """
DROP TRIGGER seller_of_moves ON sales_opportunity;
DROP FUNCTION sales_seller_of_moves();
DROP TRIGGER seller_of_move ON sales_stagemove;
DROP FUNCTION sales_seller_of_move();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0002_hand_over"),
        ("sales", "0010_recurring_lines"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="stagemove",
            name="owner",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="stagemove",
            name="team",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="identity.team",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, LEAVE),
    ]
