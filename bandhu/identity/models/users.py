from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

import orjson
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from bandhu.identity.models.roles import Reach, Role
from bandhu.identity.models.teams import Team
from bandhu.platform.ids import new_id
from bandhu.platform.registries import permissions

# What the roles of the user named "account" grant, as a column: every request reads it together with the user.
GRANTED = """(
    SELECT coalesce(json_agg(json_build_array(role.id, role.holds_everything, given.permission, given.reach)), '[]')::text
    FROM identity_user_roles AS held JOIN identity_role AS role ON role.id = held.role_id
    LEFT JOIN identity_grant AS given ON given.role_id = role.id
    WHERE held.user_id = account.id
) AS granted"""
_GRANTED_TO = f"SELECT {GRANTED} FROM identity_user AS account WHERE account.id = %(user)s"  # noqa: S608 (our own words)
_WIDTH = {Reach.OWN: 1, Reach.TEAM: 2, Reach.BRANCH: 3, Reach.EVERYONE: 4}


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email__iexact=email)

    def found_by(self, statement: str, parameters: Mapping[str, Any]) -> User | None:
        """The user a statement of ours finds ("account.*"), what else it asks for as attributes; None where it finds nobody.

        Every request begins with it: Django's own `raw` takes three times as long.
        """
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            row = cursor.fetchone()
            if row is None:
                return None
            given = dict(zip((column.name for column in cursor.description), row, strict=True))
        fields = self.model._meta.concrete_fields
        values = [given.pop(field.column) for field in fields]
        user = self.model.from_db(self.db, [field.attname for field in fields], values)
        for name, value in given.items():
            setattr(user, name, value)
        return user


class User(AbstractBaseUser):
    """Somebody who works in Bandhu, or a named system user that jobs and rules act as."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Density(models.TextChoices):
        COMFORTABLE = "comfortable", _("Comfortable")
        COMPACT = "compact", _("Compact")

    class Digits(models.TextChoices):
        LATIN = "latin", _("1234")
        NATIVE = "native", _("Of the language")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("mail address"), unique=True, max_length=254)
    full_name = models.CharField(_("name"), max_length=200)
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.PROTECT, related_name="members"
    )
    roles = models.ManyToManyField(Role, verbose_name=_("roles"), related_name="users", blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Dhaka")
    digits = models.CharField(_("digits"), max_length=10, choices=Digits.choices, default=Digits.NATIVE)
    theme = models.CharField(_("theme"), max_length=10, choices=Theme.choices, default=Theme.AUTO)
    density = models.CharField(
        _("density"), max_length=12, choices=Density.choices, default=Density.COMFORTABLE
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_system = models.BooleanField(default=False, editable=False)
    deactivated_at = models.DateTimeField(null=True, blank=True, editable=False)
    hand_over_to = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    hand_over_note = models.TextField(blank=True, editable=False)
    toured_at = models.DateTimeField(null=True, blank=True, editable=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        ordering = ["full_name"]

    def __str__(self) -> str:
        return self.full_name or self.email

    # A token may narrow its user to one role; set by the API's authentication, never stored.
    acting_role_id: UUID | None = None
    # These come with the user's row where the statement asked for them; the second is whether the bell has something new.
    granted: str | None = None
    has_unread = False

    def get_full_name(self) -> str:
        return self.full_name

    @property
    def reaches(self) -> dict[str, Reach]:
        """The widest reach per permission; loaded once per instance."""
        if not hasattr(self, "_reaches"):
            self._reaches = self._load_reaches()
        return self._reaches

    def forget_reaches(self) -> None:
        """Read the grants again on next use (after a role changed, or in tests)."""
        for cache in ("_reaches", "_branch", "granted"):
            self.__dict__.pop(cache, None)

    def holds(self, permission: str) -> bool:
        """Whether the user has the permission on any record at all."""
        return not permission or permission in self.reaches

    def holds_on_all(self, permission: str) -> bool:
        """Whether the user has the permission on every record."""
        return not permission or self.reaches.get(permission) == Reach.EVERYONE

    def branch_ids(self) -> list[UUID]:
        """The user's team and every team below it."""
        if not hasattr(self, "_branch"):
            self._branch = _branch_of(self.team_id)
        return self._branch

    def _load_reaches(self) -> dict[str, Reach]:
        if not self.is_active:
            return {}
        widest: dict[str, Reach] = {}
        for role_id, holds_everything, permission, reach in orjson.loads(
            self.granted or self._read_granted()
        ):
            if self.acting_role_id and role_id != str(self.acting_role_id):
                continue
            if holds_everything:
                return dict.fromkeys(permissions, Reach.EVERYONE)
            known = widest.get(permission)
            if permission and (known is None or _WIDTH[reach] > _WIDTH[known]):
                widest[permission] = Reach(reach)
        return widest

    def _read_granted(self) -> str:
        with connection.cursor() as cursor:
            cursor.execute(_GRANTED_TO, {"user": self.pk})
            found = cursor.fetchone()
        return found[0] if found else "[]"


def _branch_of(team_id: UUID | None) -> list[UUID]:
    if team_id is None:
        return []
    below: dict[UUID | None, list[UUID]] = {}
    for pk, parent in Team.objects.values_list("pk", "parent_id"):
        below.setdefault(parent, []).append(pk)
    found, waiting = [], [team_id]
    while waiting:
        one: Any = waiting.pop()
        found.append(one)
        waiting.extend(below.get(one, []))
    return found
