from django.urls import URLPattern, path

from bandhu.customers.views import (
    attached,
    choices,
    duplicates,
    editing,
    exports,
    imports,
    life,
    lists,
    pages,
    points,
    tag_pages,
)

app_name = "customers"


def _of(kind: str, plural: str) -> list[URLPattern]:
    """Contacts and companies have the same pages."""
    one, the = f"{plural}/<uuid:pk>/", {"kind": kind}
    return [
        path(f"{plural}/", lists.records, the, name=plural),
        path(f"{plural}/new/", editing.new, the, name=f"{kind}_new"),
        path(one, pages.record, the, name=kind),
        path(one + "edit/", editing.edit, the, name=f"{kind}_edit"),
        path(one + "fields/<str:name>/", editing.field, the, name=f"{kind}_field"),
        path(one + "revelations/<slug:name>/", pages.reveal, the, name=f"{kind}_revelation"),
        path(one + "points/<slug:name>/", points.adding, the, name=f"{kind}_points"),
        path(one + "points/<slug:name>/<uuid:point_id>/", points.point, the, name=f"{kind}_point"),
        path(one + "points/<slug:name>/<uuid:point_id>/primary/", points.primary, the, name=f"{kind}_primary"),
        path(one + "points/<slug:name>/<uuid:point_id>/removal/", points.removal, the, name=f"{kind}_point_removal"),
        path(one + "tags/", attached.tags, the, name=f"{kind}_tags"),
        path(one + "relations/", attached.relating, the, name=f"{kind}_relations"),
        path(one + "relations/<uuid:relation_id>/removal/", attached.relation_removal, the, name=f"{kind}_relation_removal"),
        path(one + "files/", attached.files, the, name=f"{kind}_files"),
        path(one + "files/<uuid:file_id>/removal/", attached.file_removal, the, name=f"{kind}_file_removal"),
        path(one + "duplicates/", duplicates.of_record, the, name=f"{kind}_duplicates"),
        path(one + "duplicates/chosen/", duplicates.chosen, the, name=f"{kind}_duplicate_chosen"),
        path(one + "history/", pages.history, the, name=f"{kind}_history"),
        path(one + "deletion/", life.deletion, the, name=f"{kind}_deletion"),
        path(one + "restoration/", life.restoration, the, name=f"{kind}_restoration"),
        path(one + "purge/", life.purge, the, name=f"{kind}_purge"),
    ]  # fmt: skip


urlpatterns: list[URLPattern] = [
    *_of("contact", "contacts"),
    *_of("company", "companies"),
    path("contacts/<uuid:pk>/personal-data/", pages.personal_data, name="contact_personal_data"),
    path("companies/<uuid:pk>/people/", pages.people, name="company_people"),
    path("companies/<uuid:pk>/tree/", pages.tree, name="company_tree"),
    path("choices/companies/", choices.companies, name="company_choices"),
    path("choices/customers/", choices.customers, name="customer_choices"),
    path("rows/nothing/", editing.nothing, name="nothing"),
    path("names/parts/", editing.name_parts, name="name_parts"),
    path("rows/<slug:name>/", editing.row, name="row"),
    path("tags/", tag_pages.tags, name="tags"),
    path("tags/<uuid:tag_id>/", tag_pages.tag, name="tag"),
    path("tags/<uuid:tag_id>/merge/", tag_pages.merge, name="tag_merge"),
    path("tags/<uuid:tag_id>/deletion/", tag_pages.deletion, name="tag_deletion"),
    path("bin/", lists.bin, name="bin"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<uuid:pk>/", imports.run, name="import"),
    path("imports/<uuid:pk>/look/", imports.look, name="import_look"),
    path("imports/<uuid:pk>/columns/", imports.columns, name="import_columns"),
    path("imports/<uuid:pk>/saved-mapping/", imports.saved_mapping, name="import_saved_mapping"),
    path("imports/<uuid:pk>/options/", imports.options, name="import_options"),
    path("imports/<uuid:pk>/warnings/", imports.warnings, name="import_warnings"),
    path("imports/<uuid:pk>/failed-rows/", imports.failures, name="import_failures"),
    *(
        path(f"imports/<uuid:pk>/{to}/", imports.move, {"to": to}, name=f"import_{to}")
        for to in ("start", "pause", "continuation", "stop", "undoing", "trial")
    ),
    path("exports/", exports.export, name="export"),
    path("duplicates/", duplicates.pairs, name="duplicates"),
    path("duplicates/scans/", duplicates.scans, name="duplicate_scans"),
    path("duplicates/scans/stop/", duplicates.scan_stop, name="duplicate_scan_stop"),
    path("duplicates/rules/", duplicates.rules, name="duplicate_rules"),
    path("duplicates/typed/<slug:kind>/", duplicates.typed, name="duplicates_typed"),
    path("duplicates/<slug:kind>/<uuid:first>/<uuid:second>/", duplicates.review, name="duplicate"),
    path(
        "duplicates/<slug:kind>/<uuid:first>/<uuid:second>/judgement/",
        duplicates.judgement,
        name="duplicate_judgement",
    ),
    path("merges/", duplicates.merges, name="merges"),
    path("merges/<uuid:merge_id>/undoing/", duplicates.undoing, name="merge_undoing"),
]
