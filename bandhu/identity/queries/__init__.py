"""The read door of identity."""

from .audit import AuditFilter, audit_choices, audit_of, audit_trail, chain_state
from .people import (
    colleague_with,
    colleagues,
    everybody,
    invitation_of_secret,
    invitation_with,
    invitations,
    my_sessions,
    open_invitations,
    require_management,
    second_steps,
    team_tree,
    team_with,
    teams,
    user_with,
    users,
)
from .roles import REACH_CHOICES, permission_groups, role_matrix, role_with, roles
from .tokens import may_use_tokens, require_tokens, token_with, tokens_of

__all__ = [
    "REACH_CHOICES",
    "AuditFilter",
    "audit_choices",
    "audit_of",
    "audit_trail",
    "chain_state",
    "colleague_with",
    "colleagues",
    "everybody",
    "invitation_of_secret",
    "invitation_with",
    "invitations",
    "may_use_tokens",
    "my_sessions",
    "open_invitations",
    "permission_groups",
    "require_management",
    "require_tokens",
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
