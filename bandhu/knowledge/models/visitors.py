"""Customers who sign in to the portal. They are no users of the house: nothing here leads to a permission."""

from django.db import models

from bandhu.customers.models import Contact
from bandhu.platform.ids import new_id


class PortalAccount(models.Model):
    """A contact's way into the portal; made when the first link is asked for. `password` is empty until one is chosen."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="portal_accounts")
    password = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=12, blank=True)
    is_blocked = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-last_seen_at", "-created_at"]

    def __str__(self) -> str:
        return str(self.contact_id)


class PortalLink(models.Model):
    """A link that was mailed: good once, until it expires. The secret is derived and never stored; `sha256` is its fingerprint.

    Without `new_mail` it signs in; with it, it proves that the customer reads that address.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(PortalAccount, on_delete=models.CASCADE, related_name="links")
    sha256 = models.CharField(max_length=64, unique=True)
    sent_to = models.CharField(max_length=254)
    new_mail = models.CharField(max_length=254, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["expires_at"], name="portal_links_by_expiry")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.expires_at}"


class PortalSession(models.Model):
    """One browser in which a customer is signed in; the cookie holds a secret of which only the fingerprint is stored."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(PortalAccount, on_delete=models.CASCADE, related_name="sessions")
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    browser = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-last_seen_at"]
        indexes = [models.Index(fields=["expires_at"], name="portal_sessions_by_expiry")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.last_seen_at}"
