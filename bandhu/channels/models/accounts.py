from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from bandhu.channels.models.providers import MailProvider
from bandhu.identity.models import Team
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id
from bandhu.platform.mail_addresses import mail_key


class Security(models.TextChoices):
    TLS = "tls", _("TLS from the start")
    STARTTLS = "starttls", _("STARTTLS")
    NONE = "none", _("None (only inside the own network)")


class Sharing(models.TextChoices):
    """What colleagues who see a customer see of mails in a user's own mailbox."""

    ALL = "all", _("The whole mail")
    SUBJECT = "subject", _("Only that there was a mail, and its subject")
    NONE = "none", _("Nothing")


class Intake(models.TextChoices):
    """What becomes of the mail that comes in."""

    NOTHING = "nothing", _("Nothing: this account only sends")
    CONVERSATIONS = "inbox", _("Comes into the inbox")
    CUSTOMERS = "customers", _("Filed with the customers it is from")
    LEADS = "leads", _("Becomes a lead")
    COPIES = "copies", _("Blind copies of what users sent elsewhere")


class History(models.TextChoices):
    """What of a mailbox's past is read, once it is connected."""

    NONE = "none", _("Nothing: from today on")
    DAYS = "days", _("The last days")
    ALL = "all", _("All of it")


class MailAccount(models.Model):
    """A mailbox: of a user (`owner`), of a team, or, with neither, of the whole house. Passwords are kept sealed."""

    scope = {"owner": "owner", "team": "team"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=120)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="mail_accounts",
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(_("mail address"), max_length=254)
    key = models.CharField(max_length=254, editable=False)
    from_name = models.CharField(_("name in letters"), max_length=120, blank=True)

    smtp_host = models.CharField(_("server for sending"), max_length=253, blank=True)
    smtp_port = models.PositiveIntegerField(_("port"), default=587)
    smtp_security = models.CharField(
        _("encryption"), max_length=10, choices=Security.choices, default=Security.STARTTLS
    )
    smtp_user = models.CharField(_("user name"), max_length=254, blank=True)
    smtp_secret = models.TextField(blank=True, editable=False)

    imap_host = models.CharField(_("server for reading"), max_length=253, blank=True)
    imap_port = models.PositiveIntegerField(_("port"), default=993)
    imap_security = models.CharField(
        _("encryption"), max_length=10, choices=Security.choices, default=Security.TLS
    )
    imap_user = models.CharField(_("user name"), max_length=254, blank=True)
    imap_secret = models.TextField(blank=True, editable=False)
    folder = models.CharField(_("folder"), max_length=120, default="INBOX")
    sent_folder = models.CharField(_("folder of sent mail"), max_length=120, blank=True)

    # Where the mailbox is entered with a sign-in at its provider instead of a password; what that gave, sealed.
    provider = models.ForeignKey(
        MailProvider,
        null=True,
        blank=True,
        db_index=False,
        on_delete=models.SET_NULL,
        related_name="accounts",
    )
    sealed_tokens = models.TextField(blank=True, editable=False, default="", db_default="")
    # Which worker is told by the server when something comes in, and until when it said that it is there.
    watcher = models.CharField(max_length=80, blank=True, editable=False, default="", db_default="")
    watched_until = models.DateTimeField(null=True, editable=False)

    intake = models.CharField(
        _("what comes in"), max_length=12, choices=Intake.choices, default=Intake.CUSTOMERS
    )
    sharing = models.CharField(
        _("colleagues see"), max_length=10, choices=Sharing.choices, default=Sharing.SUBJECT
    )
    # Other addresses whose mail lands here; answers leave from the one the customer wrote to.
    aliases = ArrayField(models.CharField(max_length=254), default=list, blank=True, db_default=[])
    # {language: the lines under an answer}, with merge fields.
    signatures = models.JSONField(default=dict, blank=True, db_default={})
    # Whether its server delivers "address+anything" here too.
    has_plus_addresses = models.BooleanField(
        _("address+anything reaches it"), default=False, db_default=False
    )
    acknowledges = models.BooleanField(_("the first mail is acknowledged"), default=False, db_default=False)
    tracks = models.BooleanField(_("opening of its mails is noted"), default=False)
    is_active = models.BooleanField(_("switched on"), default=True)
    # Not read until somebody lets it go on; it sends all the same.
    paused_at = models.DateTimeField(null=True, editable=False)
    history = models.CharField(
        _("earlier mail"),
        max_length=5,
        choices=History.choices,
        default=History.NONE,
        db_default=History.NONE,
    )
    history_days = models.PositiveIntegerField(_("days back"), default=30, db_default=30)
    # {folder: how far it was read (`reading.Place`)}
    places = models.JSONField(default=dict, editable=False)
    read_at = models.DateTimeField(null=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    problem = models.CharField(max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(owner__isnull=True) | models.Q(team__isnull=True),
                name="mailbox_of_one_kind",
            )
        ]
        indexes = [models.Index(fields=["key"], name="mail_accounts_by_key")]

    def __str__(self) -> str:
        return self.name

    @property
    def own_keys(self) -> set[str]:
        """Its address and its aliases, as addresses are compared."""
        return {self.key, *(mail_key(one) for one in self.aliases)}

    @property
    def sends(self) -> bool:
        return bool(self.smtp_host)

    @property
    def reads(self) -> bool:
        return bool(self.imap_host) and self.intake != Intake.NOTHING
