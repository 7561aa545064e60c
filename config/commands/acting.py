"""As whom a command acts."""

from typing import Any

import click

from bandhu.identity import queries
from bandhu.identity.ready_made import system_user
from config.commands.frame import Failure

as_user_option = click.option(
    "--user", "email", default=None, help="Act as this user (mail address); without it as the system user."
)


def actor_for(email: str | None) -> Any:
    """The user the command acts as. Whoever may run it owns the machine, so the system user is the default."""
    return user_named(email) if email else system_user()


def user_named(email: str) -> Any:
    """The active user with this mail address; fails when there is none."""
    wanted = email.strip().lower()
    for one in queries.users(system_user()):
        if one.email == wanted:
            return one
    raise Failure(f"There is no active user with the mail address {email}.")
