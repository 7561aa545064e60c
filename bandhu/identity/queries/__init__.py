"""The read door of identity."""

from .people import (
    colleagues,
    invitation_of_secret,
    invitation_with,
    invitations,
    my_sessions,
    second_steps,
    team_tree,
    team_with,
    teams,
    user_with,
    users,
)
from .roles import permission_groups, role_matrix, role_with, roles
from .tokens import token_with, tokens_of

__all__ = [
    "colleagues",
    "invitation_of_secret",
    "invitation_with",
    "invitations",
    "my_sessions",
    "permission_groups",
    "role_matrix",
    "role_with",
    "roles",
    "second_steps",
    "team_tree",
    "team_with",
    "teams",
    "token_with",
    "tokens_of",
    "user_with",
    "users",
]
