from django.urls import path

from bandhu.identity.views import invitations, preferences, security

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
]
