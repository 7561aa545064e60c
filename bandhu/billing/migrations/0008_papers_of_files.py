"""Invoices, subscriptions and payments of another system come in once; the indexes are built beside the running work, one left half
built anew.

An invoice that was issued elsewhere has a number and no place in our series. What is kept as issued stays so: only rows with an
`import_key` may grow or go, and only in a transaction that says it is an import (`importing.gate`).
"""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

_INDEX = "CREATE UNIQUE INDEX CONCURRENTLY {0} ON {1} (import_key) WHERE import_key IS NOT NULL"
_DROP = "DROP INDEX CONCURRENTLY IF EXISTS {0}"
_IMPORTING = "current_setting('bandhu.importing', true) = 'on'"
_KEEP = """
CREATE OR REPLACE FUNCTION billing_keep_issued() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['state', 'paid_minor', 'credited_minor', 'owner_id', 'team_id', 'contact_id', 'company_id',
                         'opportunity_id', 'version', 'updated_at'];
BEGIN
    IF OLD.state = 'draft' {invoice} THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR NEW.state = 'draft' OR (to_jsonb(NEW) - free) IS DISTINCT FROM (to_jsonb(OLD) - free) THEN
        RAISE EXCEPTION 'invoice % is issued and cannot be changed', OLD.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION billing_keep_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held uuid := CASE WHEN TG_OP = 'INSERT' THEN NEW.invoice_id ELSE OLD.invoice_id END;
BEGIN
    IF EXISTS (SELECT 1 FROM billing_invoice WHERE id = held AND state <> 'draft' {line}) AND
       (TG_OP <> 'UPDATE' OR (to_jsonb(NEW) - 'product_id') IS DISTINCT FROM (to_jsonb(OLD) - 'product_id')) THEN
        RAISE EXCEPTION 'the lines of an issued invoice cannot be changed' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION billing_keep_payments() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['state', 'reference', 'account_id', 'created_by_id'];
BEGIN
    {payment}
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - free) IS DISTINCT FROM (to_jsonb(OLD) - free) THEN
        RAISE EXCEPTION 'a payment cannot be changed or deleted' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
_OPEN = _KEEP.format(
    invoice=f"OR (OLD.import_key IS NOT NULL AND {_IMPORTING})",
    line=f"AND NOT (import_key IS NOT NULL AND {_IMPORTING})",
    payment=f"IF TG_OP = 'DELETE' AND OLD.import_key IS NOT NULL AND {_IMPORTING} THEN RETURN OLD; END IF;",
)
_SHUT = _KEEP.format(invoice="", line="", payment="")
_ISSUED = ~Q(state="draft") & ~Q(number="") & Q(issued_on__isnull=False)
_NUMBERED = models.CheckConstraint(
    condition=Q(state="draft", number="", serial=None, issued_on=None)
    | (_ISSUED & (Q(serial__isnull=False) | Q(import_key__isnull=False))),
    name="issued_means_numbered",
)


def _once(model):
    name = f"one_{model}_of_a_row"
    rule = models.UniqueConstraint(condition=Q(import_key__isnull=False), fields=("import_key",), name=name)
    return migrations.SeparateDatabaseAndState(
        [migrations.RunSQL(_DROP.format(name), migrations.RunSQL.noop), migrations.RunSQL(_INDEX.format(name, f"billing_{model}"), _DROP.format(name))],
        [migrations.AddConstraint(model_name=model, constraint=rule)],
    )


_MODELS = ("invoice", "subscription", "payment")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("billing", "0007_keys_of_rows"), ("quotes", "0005_papers_of_files")]

    operations = [
        *map(_once, _MODELS),
        migrations.RemoveConstraint("invoice", "issued_means_numbered"),
        AddConstraintNotValid("invoice", _NUMBERED),
        ValidateConstraint("invoice", "issued_means_numbered"),
        migrations.RunSQL(_OPEN, _SHUT),
    ]
