"""Months of moves that are counted once; the database itself notes when something about an earlier month changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Moves of the running month, which is counted from the moves themselves, leave no mark: nearly all of them cost nothing.
MARK = """
CREATE FUNCTION sales_mark_months() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO sales_changedmonth (pipeline_id, month)
        VALUES (OLD.pipeline_id, date_trunc('month', OLD.at AT TIME ZONE 'UTC')::date);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO sales_changedmonth (pipeline_id, month)
        VALUES (NEW.pipeline_id, date_trunc('month', NEW.at AT TIME ZONE 'UTC')::date);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER mark_months_of_new AFTER INSERT ON sales_stagemove
    FOR EACH ROW WHEN (NEW.at < date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')
    EXECUTE FUNCTION sales_mark_months();
CREATE TRIGGER mark_months_of_changed AFTER UPDATE ON sales_stagemove
    FOR EACH ROW WHEN (
        (OLD.opportunity_id, OLD.pipeline_id, OLD.from_stage_id, OLD.to_stage_id, OLD.at, OLD.base_amount_minor, OLD.seconds)
        IS DISTINCT FROM
        (NEW.opportunity_id, NEW.pipeline_id, NEW.from_stage_id, NEW.to_stage_id, NEW.at, NEW.base_amount_minor, NEW.seconds)
    )
    EXECUTE FUNCTION sales_mark_months();
CREATE TRIGGER mark_months_of_deleted AFTER DELETE ON sales_stagemove
    FOR EACH ROW WHEN (OLD.at < date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')
    EXECUTE FUNCTION sales_mark_months();

CREATE FUNCTION sales_mark_months_of_opportunity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sales_changedmonth (pipeline_id, month, only_parts)
    SELECT DISTINCT pipeline_id, date_trunc('month', at AT TIME ZONE 'UTC')::date, OLD.deleted_at IS NOT DISTINCT FROM NEW.deleted_at
    FROM sales_stagemove
    WHERE opportunity_id = NEW.id AND at < date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
    RETURN NULL;
END $$;
CREATE TRIGGER mark_months_of_opportunity AFTER UPDATE OF deleted_at, owner_id, team_id ON sales_opportunity
    FOR EACH ROW WHEN (
        (OLD.deleted_at, OLD.owner_id, OLD.team_id) IS DISTINCT FROM (NEW.deleted_at, NEW.owner_id, NEW.team_id)
    )
    EXECUTE FUNCTION sales_mark_months_of_opportunity();
"""
UNMARK = """
DROP TRIGGER mark_months_of_opportunity ON sales_opportunity;
DROP TRIGGER mark_months_of_deleted ON sales_stagemove;
DROP TRIGGER mark_months_of_changed ON sales_stagemove;
DROP TRIGGER mark_months_of_new ON sales_stagemove;
DROP FUNCTION sales_mark_months_of_opportunity();
DROP FUNCTION sales_mark_months();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0002_hand_over"),
        ("sales", "0008_lines_and_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MonthOfMoves",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(help_text="Its first day.")),
                ("is_whole", models.BooleanField(default=False)),
                ("flows", models.JSONField(default=list)),
                ("stays", models.JSONField(default=list)),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="identity.team",
                    ),
                ),
                (
                    "pipeline",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sales.pipeline",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("pipeline", "month", "is_whole", "owner", "team"),
                        name="one_count_of_a_month",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangedMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(help_text="Its first day.")),
                ("only_parts", models.BooleanField(db_default=False, default=False)),
                (
                    "pipeline",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sales.pipeline",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["pipeline", "month"], name="changed_month")],
            },
        ),
        migrations.RunSQL(MARK, UNMARK),
    ]
