from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.models import CustomerPaper
from bandhu.channels.models import Mail
from bandhu.platform.ids import new_id
from bandhu.platform.money import Money
from bandhu.quotes.models import Order, PricedLine
from bandhu.sales.models import Opportunity


class InvoiceKind(models.TextChoices):
    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")


class InvoiceState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ISSUED = "issued", _("Issued")
    PART_PAID = "part_paid", _("Partly paid")
    PAID = "paid", _("Paid")
    CREDITED = "credited", _("Credited")
    VOID = "void", _("Void")


OPEN_STATES = (InvoiceState.ISSUED, InvoiceState.PART_PAID)
OVERDUE = "overdue"
STANDINGS = [*InvoiceState.choices, (OVERDUE, _("Overdue"))]


class Invoice(CustomerPaper):
    """What a customer owes, or with `kind` credit_note what is taken back of it. `amount` is the total with taxes.

    Once issued, only what happens to it changes (`state`, `paid_minor`, `credited_minor`, who looks after it); a trigger of the
    database refuses anything else. `buyer` and `seller` are names and addresses as they were when it was issued. `token` is the
    unguessable part of its public address. One that was issued in another system (`import_key`) keeps its number there and has no
    `serial` of our series.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=11, choices=InvoiceKind.choices, default=InvoiceKind.INVOICE)
    state = models.CharField(max_length=9, choices=InvoiceState.choices, default=InvoiceState.DRAFT)
    number = models.CharField(max_length=40, blank=True)
    year = models.PositiveSmallIntegerField(null=True, editable=False)
    serial = models.PositiveIntegerField(null=True, editable=False)
    opportunity = models.ForeignKey(
        Opportunity, null=True, blank=True, on_delete=models.SET_NULL, related_name="invoices"
    )
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.PROTECT, related_name="invoices")
    subscription = models.ForeignKey(
        "billing.Subscription", null=True, editable=False, on_delete=models.PROTECT, related_name="invoices"
    )
    credits = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="credit_notes"
    )
    issued_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    buyer_tax_number = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)
    reason = models.CharField(max_length=300, blank=True)
    custom = models.JSONField(default=dict, db_default={}, blank=True)
    buyer = models.JSONField(default=dict)
    seller = models.JSONField(default=dict)
    paid_minor = models.BigIntegerField(default=0)
    credited_minor = models.BigIntegerField(default=0)
    token = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    issued_at = models.DateTimeField(null=True, editable=False)

    class Meta(CustomerPaper.Meta):
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="invoices_newest"),
            models.Index(
                fields=["due_on", "id"], condition=Q(state__in=OPEN_STATES), name="open_invoices_by_due"
            ),
            models.Index(fields=["owner", "state"], name="invoices_of_owner"),
            models.Index(fields=["number"], name="invoice_by_number"),
        ]
        constraints = [
            *CustomerPaper.Meta.constraints,
            models.UniqueConstraint(
                fields=["kind", "year", "serial"], condition=Q(serial__isnull=False), name="one_invoice_a_number"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", number="", serial=None, issued_on=None)
                | (
                    ~Q(state="draft")
                    & ~Q(number="")
                    & Q(issued_on__isnull=False)
                    & (Q(serial__isnull=False) | Q(import_key__isnull=False))
                ),
                name="issued_means_numbered",
            ),
            models.CheckConstraint(
                condition=Q(kind="invoice", credits=None) | Q(kind="credit_note", credits__isnull=False),
                name="a_credit_note_credits_an_invoice",
            ),
            models.CheckConstraint(
                condition=Q(paid_minor__gte=0, credited_minor__gte=0), name="paid_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(credited_minor__lte=F("amount_minor")), name="never_credited_beyond_total"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number or str(_("Draft"))

    @property
    def title(self) -> str:
        """Its number; a draft has none yet."""
        return str(self)

    @property
    def paid(self) -> Money:
        return Money(self.paid_minor, self.currency)

    @property
    def credited(self) -> Money:
        return Money(self.credited_minor, self.currency)

    @property
    def balance(self) -> Money:
        """What is still owed; below nought when more was paid than is left after credit notes."""
        return Money((self.amount_minor or 0) - self.paid_minor - self.credited_minor, self.currency)

    @property
    def is_open(self) -> bool:
        return self.kind == InvoiceKind.INVOICE and self.state in OPEN_STATES

    def standing_on(self, today: date) -> str:
        """The state, or "overdue" when it is open after its due date."""
        late = self.is_open and self.due_on is not None and self.due_on < today
        return OVERDUE if late else self.state

    @property
    def standing(self) -> str:
        return self.standing_on(timezone.localdate())

    def money(self, minor: int) -> Money:
        """So many minor units of this invoice's currency."""
        return Money(minor, self.currency)


class InvoiceLine(PricedLine):
    """One thing on an invoice, with its price, discount and tax as they were; amounts as `catalog/totals` reckoned them."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")

    class Meta(PricedLine.Meta):
        constraints = [
            *PricedLine.Meta.constraints,
            models.UniqueConstraint(fields=["invoice", "position"], name="one_invoice_line_per_place"),
        ]


class Reminder(models.Model):
    """A step of dunning an open invoice has taken, so many days after it was due: once for each. `problem` is why no letter went out."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="reminders")
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    mail = models.ForeignKey(Mail, null=True, on_delete=models.SET_NULL, related_name="+")
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invoice", "days"], name="one_reminder_a_step")]

    def __str__(self) -> str:
        return f"{self.invoice_id} +{self.days}"
