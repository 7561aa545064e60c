from django.db import models

from bandhu.platform.ids import new_id


class SigningKey(models.Model):
    """With which mails of a domain are signed (DKIM, RFC 6376). The secret half is sealed; the public one stands in the domain's DNS."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    domain = models.CharField(max_length=253, unique=True)
    selector = models.CharField(max_length=63)
    secret = models.TextField(editable=False)
    public = models.TextField(editable=False)
    # Signatures nobody can check do harm: on only once the DNS has the text.
    is_active = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["domain"]

    def __str__(self) -> str:
        return self.domain

    @property
    def dns_name(self) -> str:
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def dns_text(self) -> str:
        return f"v=DKIM1; k=rsa; p={self.public}"
