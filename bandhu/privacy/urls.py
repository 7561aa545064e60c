from django.urls import URLPattern, path

from bandhu.privacy.views import consents

app_name = "privacy"
urlpatterns: list[URLPattern] = [
    path("contacts/<uuid:pk>/consents/", consents.panel, name="contact_consents"),
    path("contacts/<uuid:pk>/consents/<slug:purpose>/<slug:state>/", consents.statement, name="statement"),
]
