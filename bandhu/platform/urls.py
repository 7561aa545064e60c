from django.urls import URLPattern, path

from bandhu.platform.views import files, presence

app_name = "platform"
urlpatterns: list[URLPattern] = [
    path("files/<uuid:file_id>/", files.download, name="file"),
    path("presence/<slug:kind>/<uuid:record_id>/", presence.presence, name="presence"),
]
