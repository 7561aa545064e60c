"""The people of the tests: two branches, three teams, and users whose names say what they may do."""

from __future__ import annotations

from bandhu.identity.models import Grant, Role, Team, User
from bandhu.identity.ready_made import ensure_ready_made

PASSWORD = "open sesame, please"


def make_team(name: str = "Dhaka sales", parent: Team | None = None) -> Team:
    return Team.objects.create(name=name, parent=parent)


def make_user(name: str, *, role: str | None = None, team: Team | None = None, **fields: object) -> User:
    """A user with a ready-made role (by key); the mail address is made from the name."""
    ensure_ready_made()
    user = User(email=f"{name.lower().replace(' ', '.')}@example.com", full_name=name, team=team, **fields)
    user.set_password(PASSWORD)
    user.save()
    if role:
        user.roles.add(Role.objects.get(key=role))
    return user


def grant(user: User, permission: str, reach: str = "everyone") -> None:
    """Give one permission through a role of the user's own."""
    role, _made = Role.objects.get_or_create(
        key=f"only-{user.pk.hex}"[:40], defaults={"name": user.full_name}
    )
    Grant.objects.update_or_create(role=role, permission=permission, defaults={"reach": reach})
    user.roles.add(role)
    user.forget_reaches()
