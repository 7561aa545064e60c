from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bandhu.customers.models.tags import Tag
from bandhu.identity.models import Team
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id


class Lifecycle(models.TextChoices):
    PROSPECT = "prospect", _("Prospect")
    LEAD = "lead", _("Lead")
    CUSTOMER = "customer", _("Customer")
    FORMER = "former", _("Former customer")


class CustomerRecord(models.Model):
    """What people and companies have in common.

    The columns under "shown in lists" repeat the primary phone, mail and address, and what the timeline knows
    (written by the actions that change those), so that a list page reads one table and sorts by an index.
    """

    scope = {"owner": "owner", "team": "team"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sort_key = models.BinaryField(max_length=120, editable=False)
    lifecycle = models.CharField(
        _("lifecycle"), max_length=10, choices=Lifecycle.choices, default=Lifecycle.PROSPECT
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,  # the lists' own indexes, below, begin with it
    )
    team = models.ForeignKey(
        Team,
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    language = models.CharField(_("language"), max_length=12, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    preferred_channel = models.CharField(_("preferred channel"), max_length=20, blank=True)
    source = models.CharField(_("source"), max_length=120, blank=True)
    note = models.TextField(_("note"), blank=True)
    culture_note = models.TextField(_("culture note"), blank=True)
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), blank=True, related_name="+")
    custom = models.JSONField(default=dict, blank=True)

    # Shown in lists
    primary_mail = models.CharField(max_length=254, blank=True, editable=False)
    primary_phone = models.CharField(max_length=32, blank=True, editable=False)
    city = models.CharField(max_length=120, blank=True, editable=False)
    country = models.CharField(max_length=2, blank=True, editable=False)
    last_touched_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_touched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    next_step_due_at = models.DateTimeField(null=True, blank=True, editable=False)

    # Grows by one with every change: a page that edits an older version is shown what came between.
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True


def _list_indexes(prefix: str) -> list[models.Index]:
    """One index per sortable column, each ending in the id: keyset pages stay flat however deep."""
    return [
        models.Index(fields=["sort_key", "id"], name=f"{prefix}_by_name"),
        models.Index(fields=["owner", "sort_key", "id"], name=f"{prefix}_by_owner"),
        models.Index(fields=["team", "sort_key", "id"], name=f"{prefix}_by_team"),
        models.Index(fields=["lifecycle", "sort_key", "id"], name=f"{prefix}_by_lifecycle"),
        models.Index(fields=["city", "id"], name=f"{prefix}_by_city"),
        models.Index(fields=["country", "id"], name=f"{prefix}_by_country"),
        models.Index(fields=["primary_mail", "id"], name=f"{prefix}_by_mail"),
        models.Index(fields=["created_at", "id"], name=f"{prefix}_by_created"),
        models.Index(fields=["updated_at", "id"], name=f"{prefix}_by_updated"),
        models.Index(fields=["last_touched_at", "id"], name=f"{prefix}_by_touched"),
        models.Index(fields=["next_step_due_at", "id"], name=f"{prefix}_by_due"),
    ]


class Company(CustomerRecord):
    """A firm, office, shop or household the people belong to."""

    name = models.CharField(_("name"), max_length=300)
    legal_name = models.CharField(_("legal name"), max_length=300, blank=True)
    website = models.CharField(_("website"), max_length=300, blank=True)
    domain = models.CharField(max_length=253, blank=True, db_index=True, editable=False)
    industry = models.CharField(_("industry"), max_length=120, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=60, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent company"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="subsidiaries",
    )
    merged_into = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        indexes = _list_indexes("company")

    def __str__(self) -> str:
        return self.name


class Contact(CustomerRecord):
    """A person, from the first touch on. `full_name` is the truth; the parts serve greeting and sorting."""

    full_name = models.CharField(_("name"), max_length=300)
    given_name = models.CharField(_("given name"), max_length=150, blank=True)
    family_name = models.CharField(_("family name"), max_length=150, blank=True)
    nickname = models.CharField(_("nickname"), max_length=150, blank=True)
    name_prefix = models.CharField(_("name prefix"), max_length=60, blank=True)
    name_suffix = models.CharField(_("name suffix"), max_length=60, blank=True)
    sort_as = models.CharField(_("sort as"), max_length=300, blank=True)
    form_of_address = models.CharField(_("form of address"), max_length=120, blank=True)
    job_title = models.CharField(_("job title"), max_length=150, blank=True)
    department = models.CharField(_("department"), max_length=150, blank=True)
    company = models.ForeignKey(
        Company,
        verbose_name=_("company"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="people",
    )
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    national_id = models.CharField(_("national id"), max_length=60, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        indexes = _list_indexes("contact")

    def __str__(self) -> str:
        return self.full_name
