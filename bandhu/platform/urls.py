from django.urls import URLPattern, path

from bandhu.platform.views import bulk, custom_fields, files, lists, presence

app_name = "platform"
urlpatterns: list[URLPattern] = [
    path("files/<uuid:file_id>/", files.download, name="file"),
    path("presence/<slug:kind>/<uuid:record_id>/", presence.presence, name="presence"),
    path("lists/<slug:kind>/condition/", lists.condition, name="condition"),
    path("lists/<slug:kind>/filter/", lists.filtering, name="filtering"),
    path("lists/<slug:kind>/joining/", lists.joining, name="joining"),
    path("lists/<slug:kind>/columns/", lists.columns, name="columns"),
    path("lists/<slug:kind>/views/", lists.saving, name="view_saving"),
    path("lists/<slug:kind>/views/<uuid:pk>/deletion/", lists.deletion, name="view_deletion"),
    path("lists/<slug:kind>/views/<uuid:pk>/pin/", lists.pin, name="view_pin"),
    path("lists/<slug:kind>/bulk/", bulk.choosing, name="bulk_choosing"),
    path("bulk-changes/<uuid:pk>/", bulk.detail, name="bulk_change"),
    path("bulk-changes/<uuid:pk>/undoing/", bulk.undoing, name="bulk_undoing"),
    path("settings/fields/", custom_fields.overview, {"kind": "contact"}, name="all_fields"),
    path("settings/fields/<slug:kind>/", custom_fields.overview, name="fields"),
    path("settings/fields/<slug:kind>/new/", custom_fields.new, name="field_new"),
    path("settings/fields/<slug:kind>/<uuid:pk>/", custom_fields.change, name="field"),
    path(
        "settings/fields/<slug:kind>/<uuid:pk>/retirement/", custom_fields.retirement, name="field_retirement"
    ),
]
