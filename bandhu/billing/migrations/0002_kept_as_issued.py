"""What was issued is kept by the database itself: no program, and no mistake in one, changes an issued invoice or a payment."""

from django.db import migrations

KEEP = """
CREATE FUNCTION billing_keep_issued() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['state', 'paid_minor', 'credited_minor', 'owner_id', 'team_id', 'contact_id', 'company_id',
                         'opportunity_id', 'version', 'updated_at'];
BEGIN
    IF OLD.state = 'draft' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR NEW.state = 'draft' OR (to_jsonb(NEW) - free) IS DISTINCT FROM (to_jsonb(OLD) - free) THEN
        RAISE EXCEPTION 'invoice % is issued and cannot be changed', OLD.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_issued BEFORE UPDATE OR DELETE ON billing_invoice
    FOR EACH ROW EXECUTE FUNCTION billing_keep_issued();

CREATE FUNCTION billing_keep_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held uuid := CASE WHEN TG_OP = 'INSERT' THEN NEW.invoice_id ELSE OLD.invoice_id END;
BEGIN
    IF EXISTS (SELECT 1 FROM billing_invoice WHERE id = held AND state <> 'draft') AND
       (TG_OP <> 'UPDATE' OR (to_jsonb(NEW) - 'product_id') IS DISTINCT FROM (to_jsonb(OLD) - 'product_id')) THEN
        RAISE EXCEPTION 'the lines of an issued invoice cannot be changed' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_lines BEFORE INSERT OR UPDATE OR DELETE ON billing_invoiceline
    FOR EACH ROW EXECUTE FUNCTION billing_keep_lines();

CREATE FUNCTION billing_keep_payments() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['state', 'reference', 'account_id', 'created_by_id'];
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - free) IS DISTINCT FROM (to_jsonb(OLD) - free) THEN
        RAISE EXCEPTION 'a payment cannot be changed or deleted' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_payments BEFORE UPDATE OR DELETE ON billing_payment
    FOR EACH ROW EXECUTE FUNCTION billing_keep_payments();
"""
FREE = """
DROP TRIGGER keep_payments ON billing_payment;
DROP TRIGGER keep_lines ON billing_invoiceline;
DROP TRIGGER keep_issued ON billing_invoice;
DROP FUNCTION billing_keep_payments();
DROP FUNCTION billing_keep_lines();
DROP FUNCTION billing_keep_issued();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_invoices_and_payments")]
    operations = [migrations.RunSQL(KEEP, FREE)]
