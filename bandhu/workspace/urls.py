from django.urls import path

from bandhu.workspace.views import home, notifications, search, settings

app_name = "workspace"

urlpatterns = [
    path("", home.home, name="home"),
    path("settings/", settings.first, name="settings"),
    path("search/", search.page, name="search"),
    path("search/palette/", search.palette, name="palette"),
    path("notifications/", notifications.latest, name="notifications"),
    path("notifications/reading/", notifications.reading, name="reading"),
]
