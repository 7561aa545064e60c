"""Ways to reach or recognise a customer. Each row belongs to exactly one contact or company."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bandhu.customers.models.contacts import Company, Contact
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id


class Belonging(models.Model):
    """Belongs to a contact or to a company, never to both or none; seen by whoever sees its owner."""

    scope = {"owner": ("contact__owner", "company__owner"), "team": ("contact__team", "company__team")}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True


def _of(model: type[models.Model], plural: str) -> models.ForeignKey:
    return models.ForeignKey(model, null=True, blank=True, on_delete=models.CASCADE, related_name=plural)


def _one_owner(name: str) -> models.CheckConstraint:
    exactly_one = models.Q(contact__isnull=True, company__isnull=False) | models.Q(
        contact__isnull=False, company__isnull=True
    )
    return models.CheckConstraint(condition=exactly_one, name=f"{name}_has_one_owner")


class Phone(Belonging):
    """A telephone number as E.164, with what was typed kept when it could not be understood."""

    contact = _of(Contact, "phones")
    company = _of(Company, "phones")
    label = models.CharField(_("kind"), max_length=30, blank=True)
    number = models.CharField(_("number"), max_length=32)
    extension = models.CharField(_("extension"), max_length=12, blank=True)
    as_typed = models.CharField(max_length=60, blank=True)
    is_primary = models.BooleanField(_("primary"), default=False)

    class Meta:
        constraints = [_one_owner("phone")]
        # No db_index: Django would add a second index for LIKE, which nothing asks for and every import pays for.
        indexes = [models.Index(fields=["number"], name="phones_by_number")]

    def __str__(self) -> str:
        return self.number


class EmailAddress(Belonging):
    """A mail address; `key` is its normalised form, by which it is matched."""

    contact = _of(Contact, "mails")
    company = _of(Company, "mails")
    label = models.CharField(_("kind"), max_length=30, blank=True)
    address = models.CharField(_("mail address"), max_length=254)
    key = models.CharField(max_length=254)
    is_primary = models.BooleanField(_("primary"), default=False)

    class Meta:
        constraints = [_one_owner("mail")]
        indexes = [models.Index(fields=["key"], name="mails_by_key")]

    def __str__(self) -> str:
        return self.address


class PostalAddress(Belonging):
    """An address with the parts its country uses, and its free text."""

    contact = _of(Contact, "addresses")
    company = _of(Company, "addresses")
    label = models.CharField(_("kind"), max_length=30, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    region = models.CharField(_("region"), max_length=120, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    district = models.CharField(_("district"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    street = models.TextField(_("street"), blank=True)
    is_primary = models.BooleanField(_("primary"), default=False)

    class Meta:
        constraints = [_one_owner("address")]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.street, self.city, self.country) if part)


class SocialHandle(Belonging):
    """An account on a social network or messenger."""

    contact = _of(Contact, "socials")
    company = _of(Company, "socials")
    network = models.CharField(_("network"), max_length=30)
    handle = models.CharField(_("handle"), max_length=200)

    class Meta:
        constraints = [_one_owner("social")]
        indexes = [models.Index(fields=["handle"], name="socials_by_handle")]

    def __str__(self) -> str:
        return f"{self.network}: {self.handle}"


class AlternativeName(Belonging):
    """Another name of the same customer: in another script, a nickname, a former or merged name."""

    contact = _of(Contact, "other_names")
    company = _of(Company, "other_names")
    name = models.CharField(_("name"), max_length=300)
    kind = models.CharField(_("kind"), max_length=30, default="other")

    class Meta:
        constraints = [_one_owner("alternative_name")]

    def __str__(self) -> str:
        return self.name


class ExternalId(Belonging):
    """The id the customer has in another system; one customer per id and source.

    Whoever gives an id that a record out of their reach has is not told so: the id is kept as disputed, which takes no
    part in uniqueness, and the two records wait as a probable duplicate for somebody who sees both.
    """

    contact = _of(Contact, "external_ids")
    company = _of(Company, "external_ids")
    source = models.CharField(_("source"), max_length=60)
    external_id = models.CharField(_("id there"), max_length=200)
    is_disputed = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        constraints = [
            _one_owner("external_id"),
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=models.Q(contact__isnull=False, is_disputed=False),
                name="one_contact_per_external_id",
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=models.Q(company__isnull=False, is_disputed=False),
                name="one_company_per_external_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}:{self.external_id}"
