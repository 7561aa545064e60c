from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.billing.models.accounts import PaymentAccount
from bandhu.billing.models.invoices import Invoice
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id
from bandhu.platform.models.amounts import WithAmount
from bandhu.platform.money import Money


class PaymentKind(models.TextChoices):
    PAYMENT = "payment", _("Payment")
    REFUND = "refund", _("Refund")


class PaymentMethod(models.TextChoices):
    BANK = "bank", _("Bank transfer")
    CASH = "cash", _("Cash")
    CHEQUE = "cheque", _("Cheque")
    CARD = "card", _("Card terminal")
    WALLET = "wallet", _("Mobile wallet")
    GATEWAY = "gateway", _("Paid online")
    OTHER = "other", _("Other")


class PaymentState(models.TextChoices):
    DONE = "done", _("Done")
    PENDING = "pending", _("Asked of the provider")
    UNCLEAR = "unclear", _("Asked, the answer was lost")
    FAILED = "failed", _("Failed")


BEING_ASKED = (PaymentState.PENDING, PaymentState.UNCLEAR)


class Payment(WithAmount):
    """Money that came in on an invoice, or (`refund`) went back; never changed afterwards except in `state` and in own fields.

    A refund through a gateway is pending until the provider says what became of it; from the moment the provider is asked until it
    answers it is unclear, so that a lost answer leaves it so. `reference` of a gateway is the
    provider's own number of the payment or refund: per account each counts once.
    """

    scope = {"owner": "invoice__owner", "team": "invoice__team"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments")
    kind = models.CharField(max_length=7, choices=PaymentKind.choices, default=PaymentKind.PAYMENT)
    state = models.CharField(max_length=7, choices=PaymentState.choices, default=PaymentState.DONE)
    method = models.CharField(max_length=7, choices=PaymentMethod.choices)
    received_on = models.DateField()
    reference = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)
    custom = models.JSONField(default=dict, db_default={}, blank=True)
    account = models.ForeignKey(PaymentAccount, null=True, on_delete=models.PROTECT, related_name="payments")
    refunds = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="refunded_by")
    # What a row of a file is known by, so that it comes in once.
    import_key = models.CharField(max_length=64, null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = ScopedQuerySet.as_manager()

    class Meta(WithAmount.Meta):
        ordering = ["received_on", "id"]
        indexes = [models.Index(fields=["received_on", "id"], name="payments_by_day")]
        constraints = [
            *WithAmount.Meta.constraints,
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_is_positive"),
            models.CheckConstraint(
                condition=Q(kind="payment", refunds=None, state="done") | Q(kind="refund", refunds__isnull=False),
                name="a_refund_gives_back_a_payment",
            ),
            models.UniqueConstraint(
                fields=["account", "kind", "reference"],
                condition=Q(account__isnull=False) & ~Q(reference=""),
                name="one_payment_a_provider_reference",
            ),
            models.UniqueConstraint(
                fields=["import_key"], condition=Q(import_key__isnull=False), name="one_payment_of_a_row"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"

    @property
    def signed(self) -> Money:
        """What came in; below nought what went back."""
        minor = self.amount_minor or 0
        return Money(-minor if self.kind == PaymentKind.REFUND else minor, self.currency)


class PaymentAttempt(WithAmount):
    """A customer set out to pay: what the provider was asked for. Its id is the order number the provider sends back."""

    class State(models.TextChoices):
        STARTED = "started", _("Begun")
        PAID = "paid", _("Paid")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        HELD = "held", _("Waits for a person")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(PaymentAccount, on_delete=models.PROTECT, related_name="attempts")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="attempts")
    state = models.CharField(max_length=9, choices=State.choices, default=State.STARTED)
    # The provider's number of what was begun (session, payment link, bKash payment), and where the customer goes.
    provider_reference = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=2000, blank=True)
    form_fields = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(WithAmount.Meta):
        indexes = [models.Index(fields=["account", "provider_reference"], name="attempt_by_provider")]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.amount} {self.state}"

    @property
    def order_number(self) -> str:
        """As the provider is given it: letters and digits only, at most 32."""
        return self.id.hex


class GatewayNotice(models.Model):
    """What a provider told us, as it came (card numbers covered), and what became of it."""

    class Outcome(models.TextChoices):
        APPLIED = "applied", _("Applied")
        REPEATED = "repeated", _("Told before")
        NOTED = "noted", _("Noted")
        WAITING = "waiting", _("Waits for its payment")
        HELD = "held", _("Waits for a person")
        SETTLED = "settled", _("Settled by a person")
        FORGED = "forged", _("Refused: not from the provider")
        UNREADABLE = "unreadable", _("Refused: not readable")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(PaymentAccount, on_delete=models.PROTECT, related_name="notices")
    received_at = models.DateTimeField(default=timezone.now)
    event = models.CharField(max_length=120, blank=True)
    event_key = models.CharField(max_length=255, blank=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    explanation = models.CharField(max_length=500, blank=True)
    # What a person is shown and may apply: filled for notices that were read.
    told = models.JSONField(default=dict)
    attempt = models.ForeignKey(PaymentAttempt, null=True, on_delete=models.SET_NULL, related_name="notices")
    payment = models.ForeignKey(Payment, null=True, on_delete=models.SET_NULL, related_name="notices")
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)
    settled_note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-received_at", "-id"]
        indexes = [
            models.Index(fields=["account", "event_key"], name="notices_by_event"),
            models.Index(fields=["-received_at", "-id"], name="notices_newest"),
            models.Index(fields=["outcome"], condition=Q(outcome__in=["held", "waiting"]), name="notices_open"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.event or self.account_id}: {self.outcome}"
