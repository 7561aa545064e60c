"""A payment is kept as it came in. What the house writes beside it, its own fields, may still be filled and corrected."""

from django.db import migrations

_KEEP = """
CREATE OR REPLACE FUNCTION billing_keep_payments() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['state', 'reference', 'account_id', 'created_by_id'{own}];
BEGIN
    IF TG_OP = 'DELETE' AND OLD.import_key IS NOT NULL AND current_setting('bandhu.importing', true) = 'on' THEN RETURN OLD; END IF;
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - free) IS DISTINCT FROM (to_jsonb(OLD) - free) THEN
        RAISE EXCEPTION 'a payment cannot be changed or deleted' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0010_own_fields_of_payments")]
    operations = [migrations.RunSQL(_KEEP.format(own=", 'custom'"), _KEEP.format(own=""))]
