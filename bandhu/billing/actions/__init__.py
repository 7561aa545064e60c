"""The write door of billing."""

from bandhu.billing.actions.accounts import set_payment_account
from bandhu.billing.actions.adjusting import change_lines, preview_lines
from bandhu.billing.actions.announcing import announce_renewals
from bandhu.billing.actions.attempts import ask_about_attempts, begin_payment, confirm_payment
from bandhu.billing.actions.drafting import draft_credit_note, invoice_order
from bandhu.billing.actions.dunning import lift_hold, lift_holds, remind_of_due_invoices
from bandhu.billing.actions.invoices import change_invoice, create_invoice, delete_draft
from bandhu.billing.actions.issuers import set_issuer
from bandhu.billing.actions.issuing import issue_invoice, void_invoice
from bandhu.billing.actions.mailing import mail_invoice
from bandhu.billing.actions.notices import apply_notice, forget_refused_notices, take_notice
from bandhu.billing.actions.ordering import begin_subscriptions
from bandhu.billing.actions.pausing import (
    cancel_subscription,
    pause_subscription,
    resume_subscription,
)
from bandhu.billing.actions.payments import change_payment, record_payment, refund_payment, refundable
from bandhu.billing.actions.refunding import ask_about_refunds, send_refund
from bandhu.billing.actions.renewing import bill_due_subscriptions
from bandhu.billing.actions.settling import awaits_word, settle_notice
from bandhu.billing.actions.subscriptions import change_subscription, create_subscription
from bandhu.billing.lines import LineDraft

__all__ = [
    "LineDraft",
    "announce_renewals",
    "apply_notice",
    "ask_about_attempts",
    "ask_about_refunds",
    "awaits_word",
    "begin_payment",
    "begin_subscriptions",
    "bill_due_subscriptions",
    "cancel_subscription",
    "change_invoice",
    "change_lines",
    "change_payment",
    "change_subscription",
    "confirm_payment",
    "create_invoice",
    "create_subscription",
    "delete_draft",
    "draft_credit_note",
    "forget_refused_notices",
    "invoice_order",
    "issue_invoice",
    "lift_hold",
    "lift_holds",
    "mail_invoice",
    "pause_subscription",
    "preview_lines",
    "record_payment",
    "refund_payment",
    "refundable",
    "remind_of_due_invoices",
    "resume_subscription",
    "send_refund",
    "set_issuer",
    "set_payment_account",
    "settle_notice",
    "take_notice",
    "void_invoice",
]
