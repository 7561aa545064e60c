"""Who may do what.

Owns users, teams, roles, grants, API tokens and invitations, and the one place that decides which records a
user may see or change: `scoping.py` for reads, the `@action` decorator of `acting.py` for writes.
Publishes UserInvited, UserDeactivated, RoleChanged.
"""
