"""The addresses of the whole house: each app's table of contents, mounted."""

from django.urls import include, path

from config.api import api

urlpatterns = [
    # Before the apps, which stand without a prefix: each of their addresses would be tried first.
    path("api/v1/", api.urls),
    path("", include("bandhu.workspace.urls")),
    path("ui/", include("bandhu.ui.urls")),
    path("accounts/", include("bandhu.identity.account_urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("bandhu.identity.urls")),
    path("", include("bandhu.customers.urls")),
    path("", include("bandhu.privacy.urls")),
    path("", include("bandhu.catalog.urls")),
    path("", include("bandhu.knowledge.urls")),
    path("", include("bandhu.interactions.urls")),
    path("", include("bandhu.calendars.urls")),
    path("", include("bandhu.channels.urls")),
    path("", include("bandhu.contact_center.urls")),
    path("", include("bandhu.service.urls")),
    path("", include("bandhu.sales.urls")),
    path("", include("bandhu.quotes.urls")),
    path("", include("bandhu.billing.urls")),
    path("", include("bandhu.feedback.urls")),
    path("", include("bandhu.inbox.urls")),
    path("", include("bandhu.integrations.urls")),
    path("", include("bandhu.platform.urls")),
]
