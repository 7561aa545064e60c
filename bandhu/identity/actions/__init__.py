"""The write door of identity."""

from .audit import check_audit
from .invitations import accept_invitation, invite_user, resend_invitation, revoke_invitation
from .preferences import change_preferences, finish_tour
from .roles import change_role, copy_role, create_role, delete_role, reset_role
from .sessions import end_other_sessions, end_session
from .teams import change_team, create_team, delete_team
from .tokens import create_token, revoke_token
from .users import (
    change_user,
    create_user,
    deactivate_user,
    reactivate_user,
    remove_second_steps,
    sign_out_everywhere,
)

__all__ = [
    "accept_invitation",
    "change_preferences",
    "change_role",
    "change_team",
    "change_user",
    "check_audit",
    "copy_role",
    "create_role",
    "create_team",
    "create_token",
    "create_user",
    "deactivate_user",
    "delete_role",
    "delete_team",
    "end_other_sessions",
    "end_session",
    "finish_tour",
    "invite_user",
    "reactivate_user",
    "remove_second_steps",
    "resend_invitation",
    "reset_role",
    "revoke_invitation",
    "revoke_token",
    "sign_out_everywhere",
]
