from django.urls import path

from bandhu.identity.views import audit, invitations, preferences, roles, security, teams, tokens, users

app_name = "identity"
urlpatterns = [
    # Joining and language, open to strangers
    path("invitations/<str:secret>/", invitations.invitation, name="invitation"),
    path("accounts/language/", preferences.language, name="language"),
    # One's own
    path("settings/profile/", preferences.preferences, name="preferences"),
    path("settings/profile/switches/", preferences.switches, name="switches"),
    path("settings/profile/tour/", preferences.tour, name="tour"),
    path("settings/security/", security.security, name="security"),
    path("settings/security/sessions/<int:pk>/end/", security.session_end, name="session_end"),
    path("settings/security/other-sessions/end/", security.other_sessions_end, name="other_sessions_end"),
    path("settings/tokens/", tokens.tokens, name="tokens"),
    path("settings/tokens/<uuid:pk>/revocation/", tokens.token_revoke, name="token_revoke"),
    # Audit trail
    path("settings/audit/", audit.trail, name="audit"),
    path("settings/audit/check/", audit.check, name="audit_check"),
    path("settings/audit/<slug:kind>/<uuid:pk>/", audit.record_trail, name="record_audit"),
    # Users
    path("settings/users/", users.users, name="users"),
    path("settings/users/new/", users.user_new, name="user_new"),
    path("settings/users/<uuid:pk>/", users.user, name="user"),
    path("settings/users/<uuid:pk>/closure/", users.user_closure, name="user_closure"),
    path("settings/users/<uuid:pk>/opening/", users.user_opening, name="user_opening"),
    path("settings/users/<uuid:pk>/sessions/end/", users.user_sessions_end, name="user_sessions_end"),
    path(
        "settings/users/<uuid:pk>/second-steps/removal/", users.user_steps_removal, name="user_steps_removal"
    ),
    path("settings/invitations/<uuid:pk>/sending/", users.invitation_resend, name="invitation_resend"),
    path("settings/invitations/<uuid:pk>/revocation/", users.invitation_revoke, name="invitation_revoke"),
    # Teams and roles
    path("settings/teams/", teams.teams, name="teams"),
    path("settings/teams/new/", teams.team_new, name="team_new"),
    path("settings/teams/<uuid:pk>/", teams.team, name="team"),
    path("settings/teams/<uuid:pk>/deletion/", teams.team_deletion, name="team_deletion"),
    path("settings/roles/", roles.roles, name="roles"),
    path("settings/roles/new/", roles.role_new, name="role_new"),
    path("settings/roles/<uuid:pk>/", roles.role, name="role"),
    path("settings/roles/<uuid:pk>/copies/", roles.role_copy, name="role_copy"),
    path("settings/roles/<uuid:pk>/reset/", roles.role_reset, name="role_reset"),
    path("settings/roles/<uuid:pk>/deletion/", roles.role_deletion, name="role_deletion"),
]
