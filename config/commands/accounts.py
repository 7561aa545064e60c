"""`bandhu user` and `bandhu token`. The command acts as the system user: whoever may run it owns the machine."""

import sys
from typing import Any

import click

from bandhu.identity import actions, queries
from bandhu.identity.ready_made import system_user
from config.commands.acting import user_named
from config.commands.frame import Failure, answer, json_option, with_database


@click.group()
def user() -> None:
    """Create and list users."""


@user.command("create")
@click.option("--email", required=True, help="Mail address; the user signs in with it.")
@click.option("--role", default="read_only", show_default=True, help="Key of a role, such as administrator.")
@click.option("--name", default="", help="Full name, in any script.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input, one line.")
@json_option
@with_database
def create(email: str, role: str, name: str, password_stdin: bool, as_json: bool) -> None:
    """Create a user who may sign in at once. Without a password only a reset by mail lets them in."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    if password_stdin and not password:
        raise Failure("No password came on standard input.")
    made = actions.create_user(actor=system_user(), email=email, full_name=name, role=role, password=password)
    answer(_described(made), f"Created {made.email} ({role}).", as_json=as_json)


@user.command("list")
@click.option("--all", "everybody", is_flag=True, help="Closed accounts too.")
@json_option
@with_database
def list_users(everybody: bool, as_json: bool) -> None:
    """List the users."""
    found = [_described(one) for one in queries.users(system_user(), state="all" if everybody else "active")]
    lines = [f"{one['email']}\t{one['name']}\t{', '.join(one['roles'])}" for one in found]
    answer(found, "\n".join(lines) or "There are no users yet.", as_json=as_json)


@click.group()
def token() -> None:
    """Create a token for the API."""


@token.command("create")
@click.option("--user", "email", required=True, help="Mail address of the user the token acts as.")
@click.option("--role", "role_key", default=None, help="Narrow the token to this one of the user's roles.")
@click.option("--name", default="", help="What the token is for.")
@json_option
@with_database
def create_token(email: str, role_key: str | None, name: str, as_json: bool) -> None:
    """Create a token and print its secret alone. It is shown this once and never again."""
    owner = user_named(email)
    role = None
    if role_key is not None:
        role = next((one for one in owner.roles.all() if one.key == role_key), None)
        if role is None:
            raise Failure(f"{owner.email} does not have the role {role_key}.")
    made, secret = actions.create_token(owner, actor=system_user(), role=role, name=name)
    answer({"id": str(made.pk), "name": made.name, "token": secret}, secret, as_json=as_json)


def _described(user: Any) -> dict[str, Any]:
    return {
        "id": str(user.pk),
        "email": user.email,
        "name": user.full_name,
        "roles": [role.key for role in user.roles.all()],
        "team": str(user.team) if user.team_id else None,
        "active": user.is_active,
    }
