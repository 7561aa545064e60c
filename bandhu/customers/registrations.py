"""Everything customers plugs into the house."""

from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bandhu.customers.contact_data import data_of_contact, files_of_contact, relations_of_contact
from bandhu.customers.importing.personal import forget_imports_of, imports_of_contact
from bandhu.customers.kinds import COMPANY, CONTACT
from bandhu.customers.merged_data import erase_merged_into, merges_of_contact
from bandhu.customers.models import Import
from bandhu.customers.queries import may_watch_import, tags
from bandhu.customers.queries.imports import SEEN_BY
from bandhu.customers.search_documents import COMPANIES, CONTACTS
from bandhu.platform.merging import pointing_at
from bandhu.platform.models import StoredFile
from bandhu.platform.record_kinds import record_for, register_audited, register_record_kind
from bandhu.platform.registries import (
    ListTool,
    MenuEntry,
    Panel,
    PersonalData,
    Quick,
    register_file_owner,
    register_list_tool,
    register_live_topic,
    register_menu_entry,
    register_merge_handler,
    register_panel,
    register_permission,
    register_personal_data,
    register_quick_action,
    register_search_kind,
    register_value_source,
)


def _sees_record(kind: str, user: Any, record_id: UUID) -> bool:
    return record_for(user, kind, record_id) is not None


_GROUP = _("Contacts and companies")
_ALL_READ = {
    "manager": "branch",
    "sales": "team",
    "service": "everyone",
    "marketing": "everyone",
    "supervisor": "everyone",
    "read_only": "everyone",
}
_WRITERS = {"manager": "branch", "sales": "team", "service": "everyone", "supervisor": "everyone"}
_OFFICE = {"manager": "branch", "supervisor": "everyone"}

for _noun in ("contact", "company"):
    register_permission(
        f"customers.view_{_noun}", {"contact": _("See contacts"), "company": _("See companies")}[_noun],
        group=_GROUP, granted=_ALL_READ,
    )  # fmt: skip
    register_permission(
        f"customers.create_{_noun}", {"contact": _("Create contacts"), "company": _("Create companies")}[_noun],
        group=_GROUP, has_reach=False, granted=dict.fromkeys(_WRITERS, "everyone"),
    )  # fmt: skip
    register_permission(
        f"customers.change_{_noun}", {"contact": _("Change contacts"), "company": _("Change companies")}[_noun],
        group=_GROUP, granted=_WRITERS,
    )  # fmt: skip
    register_permission(
        f"customers.delete_{_noun}", {"contact": _("Delete contacts"), "company": _("Delete companies")}[_noun],
        group=_GROUP, granted=_OFFICE,
    )  # fmt: skip
    register_permission(
        f"customers.purge_{_noun}",
        {"contact": _("Erase contacts for good"), "company": _("Erase companies for good")}[_noun],
        group=_GROUP,
    )  # fmt: skip

register_permission("customers.see_phones", _("See full phone numbers"), group=_GROUP, granted={**_WRITERS})
register_permission("customers.see_national_ids", _("See national ids"), group=_GROUP, granted=_OFFICE)
register_permission("customers.merge_contact", _("Merge duplicates"), group=_GROUP, granted=_WRITERS)
register_permission(
    "customers.scan_duplicates", _("Look for duplicates in the whole book"), group=_GROUP, has_reach=False,
    granted={"manager": "everyone", "supervisor": "everyone"},
)  # fmt: skip
register_permission(
    "customers.import_contacts", _("Import"), group=_GROUP, has_reach=False,
    granted={"manager": "everyone", "marketing": "everyone", "supervisor": "everyone"},
)  # fmt: skip
register_permission(
    "customers.export_contacts", _("Export"), group=_GROUP, has_reach=False,
    granted={"manager": "everyone", "supervisor": "everyone"},
)  # fmt: skip
register_permission(
    "customers.export_personal_data", _("Take out everything known about one person"), group=_GROUP
)
register_permission(
    "customers.manage_tags", _("Manage tags"), group=_GROUP, has_reach=False,
    granted={"manager": "everyone", "marketing": "everyone", "supervisor": "everyone"},
)  # fmt: skip

register_record_kind(CONTACT)
register_record_kind(COMPANY)
register_audited("import", Import, SEEN_BY)
register_search_kind(CONTACTS)
register_search_kind(COMPANIES)

# A file is seen by whoever sees the customer it hangs on.
for _kind in ("contact", "company"):
    register_file_owner(_kind, partial(_sees_record, _kind))

register_menu_entry(
    MenuEntry(
        name="contacts", label=_("Contacts"), icon="users", url_name="customers:contacts",
        permission="customers.view_contact", position=10, hotkey="g c",
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="companies", label=_("Companies"), icon="building-2", url_name="customers:companies",
        permission="customers.view_company", position=20, hotkey="g o",
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="duplicates", label=_("Duplicates"), icon="copy", url_name="customers:duplicates",
        permission="customers.merge_contact", position=60, hotkey="g d",
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="tags", label=_("Tags"), icon="tags", url_name="customers:tags",
        permission="customers.view_contact", group="settings", position=40,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="bin", label=_("Bin"), icon="trash-2", url_name="customers:bin",
        permission="customers.delete_contact", group="settings", position=90,
    )
)  # fmt: skip
for _kind in ("contact", "company"):
    register_panel(
        Panel(
            kind=_kind, name="files", title=_("Files"), url_name=f"customers:{_kind}_files",
            permission=f"customers.view_{_kind}", icon="paperclip", position=60,
        )
    )  # fmt: skip
    register_panel(
        Panel(
            kind=_kind, name="duplicates", title=_("Duplicates"), url_name=f"customers:{_kind}_duplicates",
            permission="customers.merge_contact", icon="copy", position=80,
        )
    )  # fmt: skip
    register_panel(
        Panel(
            kind=_kind, name="history", title=_("Changes"), url_name=f"customers:{_kind}_history",
            permission=f"customers.view_{_kind}", icon="history", position=90,
        )
    )  # fmt: skip
register_panel(
    Panel(
        kind="company", name="people", title=_("People"), url_name="customers:company_people",
        permission="customers.view_contact", icon="users", position=20,
    )
)  # fmt: skip
register_quick_action(
    Quick(
        name="new_contact", label=_("New contact"), icon="user-plus", url_name="customers:contact_new",
        permission="customers.create_contact", words="person add create",
    )
)  # fmt: skip
register_quick_action(
    Quick(
        name="new_company", label=_("New company"), icon="building-2", url_name="customers:company_new",
        permission="customers.create_company", words="firm add create account",
    )
)  # fmt: skip
# Who is looking at a record is told to those who may look at it too.
register_live_topic(
    "presence", lambda user, pk: any(_sees_record(kind, user, pk) for kind in ("contact", "company"))
)
register_live_topic("duplicates", lambda user, _pk: user.holds("customers.merge_contact"))
for _kind in ("contact", "company"):
    register_merge_handler(pointing_at(_kind, StoredFile, "record_id", id_column=True))
# What stands on the contact itself goes with it: no erasing of its own.
register_personal_data(PersonalData("contact", _("Contact"), export=data_of_contact))
register_personal_data(PersonalData("relations", _("Relations"), export=relations_of_contact))
register_personal_data(PersonalData("files", _("Files"), export=files_of_contact))
register_personal_data(PersonalData("merges", _("Merges"), export=merges_of_contact, erase=erase_merged_into))
register_personal_data(
    PersonalData("imports", _("Imports"), export=imports_of_contact, erase=forget_imports_of)
)

register_value_source("tags", lambda user: [(tag.pk, tag.name) for tag in tags(user)])

register_menu_entry(
    MenuEntry(
        name="imports", label=_("Imports"), icon="file-up", url_name="customers:imports",
        permission="customers.import_contacts", position=60,
    )
)  # fmt: skip
for _kind in ("contact", "company"):
    register_list_tool(
        ListTool(_kind, _("Import"), "file-up", "customers:imports", "customers.import_contacts")
    )
    register_list_tool(
        ListTool(_kind, _("Export"), "download", "customers:export", "customers.export_contacts")
    )
register_live_topic("import", may_watch_import)
# A finished export belongs to whoever asked for it.
register_file_owner("export", lambda user, owner_id: user.pk == owner_id)
