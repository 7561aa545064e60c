"""Who may use which address: every page and every operation of the API has its row, or the build fails.

    *row("customers:contact_deletion", "POST", "customers.delete_contact", sees="customers.view_contact", pk="contact"),
    *row("/contacts/{contact_id}", "GET PATCH", "customers.view_contact", contact_id="contact"),

name        of the page's address ("app:name"), or path of the operation as in the OpenAPI document (it starts with "/").
methods     those it answers; any other must be refused with 405. One `row` for each permission: GET and POST may differ.
permission  what the holder needs; or OPEN, SIGNED_IN, OWN (rows.py).
sees        permissions that everybody tried has, the one who lacks `permission` too: without them a write is 404, with them 403.
arguments   of the address: names of things in world.py (their id is filled in), else the word itself (kind="contact").
data        to send; without it a holder may be answered 422, which also shows that the permission was no obstacle.
query       e.g. "kind=contact".
anywhere    True where the permission with any reach is enough (it is about no record): then nobody tries with reach "own".
answers     statuses the holder may get besides 2xx, 3xx and 422 (409, 412).

Each row is tried as: a stranger (sent to sign in; 401 in the API); somebody signed in without any role; somebody with `sees` but without the
permission (403 or 404 for a write; for a read also a page on which none of the world's records shows); somebody whose reach is "own" and who owns nothing
(the same); and the holder (works). For all but the holder every table must be the same afterwards, and no job queued.
"""

from tests.permissions.billing_rows import BILLING
from tests.permissions.calendar_rows import CALENDARS
from tests.permissions.catalog_rows import CATALOG
from tests.permissions.channel_rows import CHANNELS
from tests.permissions.feedback_rows import FEEDBACK
from tests.permissions.inbox_rows import INBOX
from tests.permissions.knowledge_rows import KNOWLEDGE
from tests.permissions.mail_rows import MAILS
from tests.permissions.quote_rows import QUOTES
from tests.permissions.routing_rows import ROUTING
from tests.permissions.rows import OPEN, OWN, SIGNED_IN, row
from tests.permissions.sales_rows import SALES
from tests.permissions.service_rows import SERVICE

_USERS, _AUDIT, _TOKENS = "identity.manage_users", "identity.view_audit", "identity.use_tokens"
_SEE = {"contact": "customers.view_contact", "company": "customers.view_company"}
_CHANGE = {"contact": "customers.change_contact", "company": "customers.change_company"}

IDENTITY = [
    *row("account_login", "GET POST", OPEN),
    *row("account_logout", "GET POST", OPEN),
    *row("account_inactive", "GET", OPEN),
    *row("account_reset_password", "GET POST", OPEN),
    *row("account_reset_password_done", "GET", OPEN),
    *row("account_reset_password_from_key", "GET POST", OPEN, uidb36="x", key="y-z"),
    *row("account_reset_password_from_key_done", "GET", OPEN),
    *row("mfa_authenticate", "GET POST", OPEN),
    *row("mfa_login_webauthn", "GET POST", OPEN),
    *row("identity:language", "POST", OPEN),
    *row("identity:invitation", "GET POST", OPEN, secret="nonsense", answers=(404,)),
    *row("account_reauthenticate", "GET POST", SIGNED_IN),
    *row("account_change_password", "GET POST", SIGNED_IN),
    *row("mfa_reauthenticate", "GET POST", SIGNED_IN),
    *row("mfa_activate_totp", "GET POST", SIGNED_IN),
    *row("mfa_deactivate_totp", "GET POST", SIGNED_IN, answers=(404,)),
    *row("mfa_view_recovery_codes", "GET", SIGNED_IN, answers=(404,)),
    *row("mfa_generate_recovery_codes", "GET POST", SIGNED_IN),
    *row("mfa_download_recovery_codes", "GET", SIGNED_IN, answers=(404,)),
    *row("mfa_add_webauthn", "GET POST", SIGNED_IN),
    *row("mfa_reauthenticate_webauthn", "GET POST", SIGNED_IN),
    *row("mfa_remove_webauthn", "GET POST", SIGNED_IN, pk="1", answers=(404,)),
    *row("mfa_edit_webauthn", "GET POST", SIGNED_IN, pk="1", answers=(404,)),
    *row("identity:preferences", "GET POST", SIGNED_IN),
    *row("identity:switches", "POST", SIGNED_IN),
    *row("identity:tour", "POST", SIGNED_IN),
    *row("identity:security", "GET", SIGNED_IN),
    *row("identity:session_end", "POST", OWN, pk="session"),
    *row("identity:other_sessions_end", "POST", SIGNED_IN),
    *row("identity:tokens", "GET", _TOKENS),
    *row("identity:tokens", "POST", _TOKENS, data={"name": "Web shop"}),
    *row("identity:token_revoke", "POST", OWN, pk="token"),
    *row("identity:audit", "GET", _AUDIT),
    *row("identity:audit_check", "POST", _AUDIT),
    *row("identity:record_audit", "GET", _AUDIT, sees="customers.view_contact", kind="contact", pk="contact"),
    *row("identity:users", "GET", _USERS),
    *row("identity:user_new", "GET", _USERS),
    *row(
        "identity:user_new",
        "POST",
        _USERS,
        data={"full_name": "Mina", "email": "mina@example.com", "language": "en"},
    ),
    *row("identity:user", "GET", _USERS, pk="user"),
    *row(
        "identity:user",
        "POST",
        _USERS,
        pk="user",
        data={"full_name": "Changed", "email": "changed@example.com"},
    ),
    *row("identity:user_closure", "GET", _USERS, pk="user"),
    *row("identity:user_closure", "POST", _USERS, pk="user", data={"note": "Bye"}),
    *row("identity:user_opening", "POST", _USERS, pk="user"),
    *row("identity:user_sessions_end", "POST", _USERS, pk="user"),
    *row("identity:user_steps_removal", "POST", _USERS, pk="user"),
    *row("identity:invitation_resend", "POST", _USERS, pk="invitation"),
    *row("identity:invitation_revoke", "POST", _USERS, pk="invitation"),
    *row("identity:teams", "GET", _USERS),
    *row("identity:team_new", "GET", _USERS),
    *row("identity:team_new", "POST", _USERS, data={"name": "South"}),
    *row("identity:team", "GET", _USERS, pk="team"),
    *row("identity:team", "POST", _USERS, pk="team", data={"name": "South"}),
    *row("identity:team_deletion", "POST", _USERS, pk="team"),
    *row("identity:roles", "GET", _USERS),
    *row("identity:role_new", "GET", _USERS),
    *row("identity:role_new", "POST", _USERS, data={"name": "Auditor"}),
    *row("identity:role", "GET", _USERS, pk="role"),
    *row("identity:role", "POST", _USERS, pk="role", data={"name": "Changed"}),
    *row("identity:role_copy", "POST", _USERS, pk="role"),
    *row("identity:role_reset", "POST", _USERS, pk="role"),
    *row("identity:role_deletion", "POST", _USERS, pk="role"),
    *row("/me", "GET", SIGNED_IN),
    *row("/users", "GET", SIGNED_IN),
    *row("/users/{user_id}", "GET", SIGNED_IN, user_id="user"),
    *row("/roles", "GET", SIGNED_IN),
    *row("/teams", "GET", SIGNED_IN),
]

UI = [
    *row("ui:components", "GET", OPEN),
    *row("ui:answers", "GET", OPEN),
    *row("ui:notice", "GET POST", OPEN),
]


def _record_pages(kind: str, plural: str) -> list:
    see, change = _SEE[kind], _CHANGE[kind]
    delete, purge = f"customers.delete_{kind}", f"customers.purge_{kind}"
    field = {"contact": "job_title", "company": "industry"}[kind]
    phone = f"{kind}_phones"
    return [
        *row(f"customers:{plural}", "GET", see),
        *row(f"customers:{kind}_new", "GET POST", f"customers.create_{kind}", sees=see),
        *row(f"customers:{kind}", "GET", see, pk=kind),
        *row(f"customers:{kind}_edit", "GET POST", change, sees=see, pk=kind),
        *row(f"customers:{kind}_field", "GET POST", change, sees=see, pk=kind, name=field),
        *row(f"customers:{kind}_points", "GET POST", change, sees=see, pk=kind, name="mails", answers=(404,)),
        *row(f"customers:{kind}_point", "GET POST", f"{change} customers.see_phones", sees=see, pk=kind, name="phones", point_id=phone, answers=(404,)),
        *row(f"customers:{kind}_primary", "POST", change, sees=see, pk=kind, name="phones", point_id=phone),
        *row(f"customers:{kind}_point_removal", "POST", f"{change} customers.see_phones", sees=see, pk=kind, name="phones", point_id=phone),
        *row(f"customers:{kind}_tags", "POST", change, sees=see, pk=kind),
        *row(f"customers:{kind}_relations", "GET POST", change, sees=see, pk=kind),
        *row(f"customers:{kind}_relation_removal", "POST", f"{change}", sees="customers.view_contact customers.view_company", pk=kind, relation_id="relation"),
        *row(f"customers:{kind}_files", "GET", see, pk=kind),
        *row(f"customers:{kind}_files", "POST", change, sees=see, pk=kind),
        *row(f"customers:{kind}_file_removal", "POST", change, sees=see, pk=kind, file_id=f"{kind}_file"),
        *row(f"customers:{kind}_history", "GET", see, pk=kind),
        *row(f"customers:{kind}_duplicates", "GET", see, pk=kind),
        *row(f"customers:{kind}_duplicate_chosen", "GET", see, pk=kind),
        *row(f"customers:{kind}_deletion", "POST", delete, sees=see, pk=kind),
        *row(f"customers:{kind}_restoration", "POST", delete, sees=see, pk=f"binned_{kind}"),
        *row(f"customers:{kind}_purge", "POST", purge, sees=f"{see} {delete}", pk=f"binned_{kind}"),
    ]  # fmt: skip


CUSTOMERS = [
    *_record_pages("contact", "contacts"),
    *_record_pages("company", "companies"),
    *row("customers:contact_revelation", "POST", "customers.see_national_ids", sees=_SEE["contact"], pk="contact", name="national_id"),
    *row("customers:company_revelation", "POST", "customers.see_national_ids", sees=_SEE["company"], pk="company", name="national_id", answers=(404,)),
    *row("customers:company_people", "GET", _SEE["contact"], sees=_SEE["company"], pk="company"),
    *row("customers:contact_personal_data", "POST", "customers.export_personal_data", sees=_SEE["contact"], pk="contact"),
    *row("customers:company_tree", "GET", _SEE["company"], pk="company"),
    *row("customers:company_choices", "GET", _SEE["company"], query="q=Padma"),
    *row("customers:customer_choices", "GET", _SEE["contact"], query="q=Anika"),
    *row("customers:nothing", "GET", SIGNED_IN),
    *row("customers:name_parts", "GET", SIGNED_IN),
    *row("customers:row", "GET", SIGNED_IN, name="phones"),
    *row("customers:tags", "GET", _SEE["contact"]),
    *row("customers:tags", "POST", "customers.manage_tags", sees=_SEE["contact"], data={"name": "New"}),
    *row("customers:tag", "POST", "customers.manage_tags", sees=_SEE["contact"], tag_id="tag", data={"name": "Other"}),
    *row("customers:tag_merge", "POST", "customers.manage_tags", sees=_SEE["contact"], tag_id="tag", data={"into": "{other_tag}"}),
    *row("customers:tag_deletion", "POST", "customers.manage_tags", sees=_SEE["contact"], tag_id="tag"),
    *row("customers:bin", "GET", "customers.delete_contact"),
]  # fmt: skip

_IMPORT, _EXPORT, _MERGE = "customers.import_contacts", "customers.export_contacts", "customers.merge_contact"
_SCAN = "customers.scan_duplicates"
_PAIR = {"kind": "contact", "first": "contact", "second": "double"}
IMPORTS_AND_MERGES = [
    *row("customers:imports", "GET POST", _IMPORT),
    *row("customers:import", "GET", _IMPORT, pk="import"),
    *row("customers:import_look", "GET POST", _IMPORT, pk="import", answers=(404,)),
    *row("customers:import_columns", "GET POST", _IMPORT, pk="import", answers=(404,)),
    *row("customers:import_saved_mapping", "POST", _IMPORT, pk="import"),
    *row("customers:import_options", "GET POST", _IMPORT, pk="import", answers=(404,)),
    *row("customers:import_failures", "GET", _IMPORT, pk="import", answers=(404,)),
    *row("customers:import_warnings", "GET", _IMPORT, pk="import", answers=(404,)),
    *row("customers:import_start", "POST", f"{_IMPORT} customers.create_contact", pk="import"),
    *row("customers:import_pause", "POST", _IMPORT, pk="import"),
    *row("customers:import_continuation", "POST", _IMPORT, pk="import"),
    *row("customers:import_stop", "POST", _IMPORT, pk="import"),
    *row("customers:import_undoing", "POST", _IMPORT, pk="import"),
    *row("customers:import_trial", "POST", _IMPORT, pk="import"),
    *row("/imports", "GET POST", _IMPORT, anywhere=True),
    *row("/imports/{import_id}", "GET", _IMPORT, import_id="import"),
    *row("/imports/{import_id}", "PATCH", _IMPORT, import_id="import", data={"options": {"country": "BD"}}),
    *row("/imports/{import_id}/failed-rows", "GET", _IMPORT, import_id="import"),
    *row("/imports/{import_id}/failed-rows/file", "GET", _IMPORT, import_id="import"),
    *row("/imports/{import_id}/warnings", "GET", _IMPORT, import_id="import"),
    *row("/imports/{import_id}/trial", "POST", _IMPORT, import_id="import"),
    *row("/imports/{import_id}/start", "POST", f"{_IMPORT} customers.create_contact", import_id="import"),
    *row("/imports/{import_id}/pause", "POST", _IMPORT, import_id="import"),
    *row("/imports/{import_id}/continuation", "POST", _IMPORT, import_id="import"),
    *row("/imports/{import_id}/stop", "POST", _IMPORT, import_id="import"),
    *row("/imports/{import_id}/undoing", "POST", _IMPORT, import_id="import"),
    *row("/exports", "GET", _EXPORT, anywhere=True),
    *row("/exports", "POST", _EXPORT, sees=_SEE["contact"], anywhere=True),
    *row("/exports/{export_id}", "GET", _EXPORT, export_id="export"),
    *row("/exports/{export_id}/file", "GET", _EXPORT, export_id="export", answers=(409,)),
    *row("customers:export", "GET POST", _EXPORT, sees=_SEE["contact"], query="kind=contact"),
    *row("customers:duplicates", "GET", _MERGE, sees=_SEE["contact"]),
    *row("customers:duplicate_scans", "GET", _MERGE, sees=_SEE["contact"]),
    *row("customers:duplicate_scans", "POST", _SCAN, sees=f"{_SEE['contact']} {_MERGE}"),
    *row("customers:duplicate_scan_stop", "POST", _SCAN, sees=f"{_SEE['contact']} {_MERGE}"),
    *row("customers:duplicate_rules", "POST", _SCAN, sees=f"{_SEE['contact']} {_MERGE}"),
    *row("/duplicates", "GET", _MERGE, sees=_SEE["contact"]),
    *row("/duplicates/search", "POST", "customers.create_contact", data={"name": "Anika"}),
    *row("/duplicates/scans", "GET", _MERGE, sees=_SEE["contact"], anywhere=True),
    *row("/duplicates/scans", "POST", _SCAN, sees=f"{_SEE['contact']} {_MERGE}"),
    *row("/duplicates/{pair_id}", "GET", _MERGE, sees=_SEE["contact"], pair_id="pair"),
    *row("/duplicates/{pair_id}/judgement", "POST", _MERGE, sees=_SEE["contact"], pair_id="pair"),
    *row("/merges", "GET", _MERGE, sees=_SEE["contact"]),
    *row(
        "/merges",
        "POST",
        _MERGE,
        sees=_SEE["contact"],
        data={"winner_id": "{contact}", "loser_id": "{double}"},
    ),
    *row("/merges/{merge_id}", "GET", _MERGE, sees=_SEE["contact"], merge_id="merge"),
    *row("/merges/{merge_id}", "DELETE", _MERGE, sees=_SEE["contact"], merge_id="merge"),
    *row(
        "customers:duplicates_typed",
        "GET",
        "customers.create_contact",
        kind="contact",
        query="full_name=Anika",
    ),
    *row("customers:duplicate", "GET", _MERGE, sees=_SEE["contact"], **_PAIR),
    *row("customers:duplicate", "POST", _MERGE, sees=_SEE["contact"], **_PAIR),
    *row("customers:duplicate_judgement", "POST", _MERGE, sees=_SEE["contact"], **_PAIR),
    *row("customers:merges", "GET", _MERGE, sees=_SEE["contact"]),
    *row("customers:merge_undoing", "POST", _MERGE, sees=_SEE["contact"], merge_id="merge"),
]


def _record_operations(kind: str, plural: str) -> list:
    see, change, delete = _SEE[kind], _CHANGE[kind], f"customers.delete_{kind}"
    name = {"contact": "full_name", "company": "name"}[kind]
    other = {"contact": {"company_id": "{company}"}, "company": {"contact_id": "{contact}"}}[kind]
    one = {f"{kind}_id": kind}
    points = {
        "phones": {"number": "+8801911111111"},
        "mails": {"address": "x@example.com"},
        "addresses": {"city": "Dhaka"},
        "socials": {"handle": "x"},
        "other-names": {"name": "X"},
        "external-ids": {"source": "x", "external_id": "1"},
    }
    rows = [
        *row(f"/{plural}", "GET", see),
        *row(f"/{plural}", "POST", f"customers.create_{kind}", sees=see, data={name: "New"}),
        *row(f"/{plural}/{{{kind}_id}}", "GET", see, **one),
        *row(f"/{plural}/{{{kind}_id}}", "PATCH", change, sees=see, data={name: "Changed"}, **one),
        *row(f"/{plural}/{{{kind}_id}}", "DELETE", delete, sees=see, **one),
        *row(f"/{plural}/{{{kind}_id}}/restoration", "POST", delete, sees=see, **{f"{kind}_id": f"binned_{kind}"}),
        *row(f"/{plural}/{{record_id}}/attachments", "GET", see, record_id=kind),
        *row(f"/{plural}/{{record_id}}/attachments", "POST", change, sees=see, record_id=kind),
        *row(f"/{plural}/{{record_id}}/attachments/{{file_id}}", "GET", see, record_id=kind, file_id=f"{kind}_file"),
        *row(f"/{plural}/{{record_id}}/attachments/{{file_id}}", "DELETE", change, sees=see, record_id=kind, file_id=f"{kind}_file"),
        *row(f"/{plural}/{{record_id}}/relations", "GET", see, record_id=kind),
        *row(f"/{plural}/{{record_id}}/relations", "POST", change, sees="customers.view_contact customers.view_company", record_id=kind, data={"role": "decides_for", **other}),
        *row(f"/{plural}/{{record_id}}/relations/{{relation_id}}", "DELETE", change, sees="customers.view_contact customers.view_company", record_id=kind, relation_id="relation"),
    ]  # fmt: skip
    for point, data in points.items():
        needed = f"{change} customers.see_phones" if point == "phones" else change
        its_id = f"{kind}_{point.replace('-', '_')}"
        rows += row(f"/{plural}/{{record_id}}/{point}", "GET", see, record_id=kind)
        rows += row(f"/{plural}/{{record_id}}/{point}", "POST", change, sees=see, record_id=kind, data=data)
        rows += row(
            f"/{plural}/{{record_id}}/{point}/{{point_id}}",
            "PATCH DELETE",
            needed,
            sees=see,
            record_id=kind,
            point_id=its_id,
            data=data,
        )
    return rows


_CONSENT = {"contact_id": "{contact}", "purpose": "marketing", "state": "given", "method": "call"}
CUSTOMERS_API = [
    *_record_operations("contact", "contacts"),
    *_record_operations("company", "companies"),
    *row("/contacts/{contact_id}/personal-data", "GET", "customers.export_personal_data", sees=_SEE["contact"], contact_id="contact"),
    *row("/tags", "GET", _SEE["contact"]),
    *row("/tags", "POST", "customers.manage_tags", sees=_SEE["contact"], data={"name": "New"}),
    *row("/tags/{tag_id}", "GET", _SEE["contact"], tag_id="tag"),
    *row("/tags/{tag_id}", "PATCH DELETE", "customers.manage_tags", sees=_SEE["contact"], tag_id="tag", data={"name": "Other"}),
    *row("/tags/{tag_id}/merges", "POST", "customers.manage_tags", sees=_SEE["contact"], tag_id="tag", data={"into": "{other_tag}"}),
    *row("/purposes", "GET", SIGNED_IN),
    *row("/consents", "GET", "privacy.view_consent", sees=_SEE["contact"], query="contact_id={contact}"),
    *row("/consents", "POST", "privacy.change_consent", sees=f"{_SEE['contact']} privacy.view_consent", data=_CONSENT),
    *row("/contacts/{contact_id}/permissions/{purpose}", "GET", "privacy.view_consent", sees=_SEE["contact"], contact_id="contact", purpose="marketing"),
]  # fmt: skip

PRIVACY = [
    *row("privacy:contact_consents", "GET", "privacy.view_consent", sees=_SEE["contact"], pk="contact"),
    *row("privacy:statement", "GET POST", "privacy.change_consent", sees=f"{_SEE['contact']} privacy.view_consent", pk="contact", purpose="marketing", state="given"),
]  # fmt: skip

_SEE_LINE, _SEE_STEP = "interactions.view_interaction", "interactions.view_followup"
_CHANGE_STEP = "interactions.change_follow_up"
_PLAN, _LOG, _REMOVE = (
    "interactions.plan_follow_up",
    "interactions.log_interaction",
    "interactions.delete_interaction",
)
INTERACTIONS = [
    *row("interactions:contact_timeline", "GET", _SEE_LINE, sees=_SEE["contact"], pk="contact"),
    *row("interactions:company_timeline", "GET", _SEE_LINE, sees=_SEE["company"], pk="company"),
    *row("interactions:contact_logging", "POST", _LOG, sees=_SEE["contact"], pk="contact"),
    *row("interactions:company_logging", "POST", _LOG, sees=_SEE["company"], pk="company"),
    *row("interactions:interaction", "GET", _SEE_LINE, sees=_SEE["contact"], pk="interaction"),
    *row("interactions:removal", "POST", _REMOVE, sees=f"{_SEE['contact']} {_SEE_LINE}", pk="interaction"),
    *row("interactions:restoration", "POST", _REMOVE, sees=f"{_SEE['contact']} {_SEE_LINE}", pk="removed_interaction"),
    *row("interactions:contact_follow_ups", "GET", _SEE_STEP, sees=_SEE["contact"], pk="contact"),
    *row("interactions:company_follow_ups", "GET", _SEE_STEP, sees=_SEE["company"], pk="company"),
    *row("interactions:contact_planning", "GET POST", _PLAN, sees=_SEE["contact"], pk="contact"),
    *row("interactions:company_planning", "GET POST", _PLAN, sees=_SEE["company"], pk="company"),
    *row("interactions:follow_ups", "GET", _SEE_STEP),
    *row("interactions:follow_up_list", "GET", _SEE_STEP),
    *row("interactions:follow_up", "GET", _SEE_STEP, sees=_SEE["contact"], pk="follow_up"),
    *row("interactions:follow_up", "POST", _CHANGE_STEP, sees=f"{_SEE['contact']} {_SEE_STEP}", pk="follow_up"),
    *row("interactions:completion", "POST", _CHANGE_STEP, sees=f"{_SEE['contact']} {_SEE_STEP}", pk="follow_up"),
    *row("interactions:snooze", "GET POST", _CHANGE_STEP, sees=f"{_SEE['contact']} {_SEE_STEP}", pk="follow_up"),
    *row("interactions:dropping", "POST", _CHANGE_STEP, sees=f"{_SEE['contact']} {_SEE_STEP}", pk="follow_up"),
    *row("interactions:reopening", "POST", _CHANGE_STEP, sees=f"{_SEE['contact']} {_SEE_STEP}", pk="follow_up"),
    *row("/interactions", "GET", _SEE_LINE, sees=_SEE["contact"]),
    *row("/interactions", "POST", _LOG, sees=_SEE["contact"], data={"kind": "note", "contact_id": "{contact}", "body": "x"}),
    *row("/interactions/{interaction_id}", "GET", _SEE_LINE, sees=_SEE["contact"], interaction_id="interaction"),
    *row("/interactions/{interaction_id}", "DELETE", _REMOVE, sees=f"{_SEE['contact']} {_SEE_LINE}", interaction_id="interaction"),
    *row("/contacts/{contact_id}/timeline", "GET", _SEE_LINE, sees=_SEE["contact"], contact_id="contact"),
    *row("/companies/{company_id}/timeline", "GET", _SEE_LINE, sees=_SEE["company"], company_id="company"),
    *row("/follow-ups", "GET", _SEE_STEP, sees=_SEE["contact"]),
    *row("/follow-ups", "POST", _PLAN, sees=_SEE["contact"], data={"contact_id": "{contact}", "what": "Call", "due_at": "2030-01-01T10:00:00Z"}),
    *row("/follow-ups/{follow_up_id}", "GET", _SEE_STEP, sees=_SEE["contact"], follow_up_id="follow_up"),
    *row("/follow-ups/{follow_up_id}", "PATCH", _CHANGE_STEP, sees=f"{_SEE['contact']} {_SEE_STEP}", follow_up_id="follow_up", data={"what": "Other"}),
]  # fmt: skip

_FIELDS = "platform.manage_fields"
PLATFORM = [
    *row("platform:file", "GET", _SEE["contact"], file_id="contact_file"),
    *row("platform:presence", "POST", _SEE["contact"], kind="contact", record_id="contact"),
    *row("platform:condition", "GET", _SEE["contact"], kind="contact"),
    *row("platform:filtering", "GET", _SEE["contact"], kind="contact"),
    *row("platform:joining", "GET", _SEE["contact"], kind="contact"),
    *row("platform:columns", "GET", _SEE["contact"], kind="contact"),
    *row(
        "platform:view_saving", "POST", _SEE["contact"], kind="contact", data={"name": "Mine"}, anywhere=True
    ),
    *row("platform:view_deletion", "POST", OWN, sees=_SEE["contact"], kind="contact", pk="view"),
    *row("platform:view_pin", "POST", OWN, sees=_SEE["contact"], kind="contact", pk="view"),
    *row(
        "platform:bulk_choosing",
        "POST",
        _CHANGE["contact"],
        sees=_SEE["contact"],
        kind="contact",
        anywhere=True,
    ),
    *row("platform:bulk_change", "GET", OWN, pk="bulk"),
    *row("platform:bulk_undoing", "POST", OWN, pk="bulk"),
    *row("platform:all_fields", "GET", _FIELDS),
    *row("platform:fields", "GET", _FIELDS, kind="contact"),
    *row("platform:field_new", "GET POST", _FIELDS, kind="contact"),
    *row("platform:field", "GET POST", _FIELDS, kind="contact", pk="field"),
    *row("platform:field_retirement", "POST", _FIELDS, kind="contact", pk="field"),
    *row("/fields", "GET", SIGNED_IN),
    *row("/fields", "POST", _FIELDS, data={"kind": "contact", "type": "text", "labels": {"en": "New"}}),
    *row(
        "/fields/{field_id}", "GET PATCH DELETE", _FIELDS, field_id="field", data={"labels": {"en": "Other"}}
    ),
]

WORKSPACE = [
    *row("workspace:home", "GET", SIGNED_IN),
    *row("/search", "GET", _SEE["contact"], query="q=Anika"),
    *row("workspace:search", "GET", _SEE["contact"], query="q=Anika"),
    *row("workspace:palette", "GET", _SEE["contact"], query="q=Anika"),
    *row("workspace:notifications", "GET", SIGNED_IN),
    *row("workspace:settings", "GET", SIGNED_IN),
    *row("workspace:reading", "POST", SIGNED_IN),
]

_HOOKS = "integrations.manage_webhooks"
INTEGRATIONS = [
    *row("integrations:webhooks", "GET", _HOOKS),
    *row("integrations:webhook_new", "GET POST", _HOOKS),
    *row("integrations:webhook", "GET POST", _HOOKS, pk="webhook"),
    *row("integrations:webhook_deletion", "POST", _HOOKS, pk="webhook"),
    *row("integrations:webhook_test", "POST", _HOOKS, pk="webhook"),
    *row("integrations:replay", "POST", _HOOKS, pk="delivery"),
    *row("/webhook-events", "GET", _HOOKS),
    *row("/webhooks", "GET", _HOOKS),
    *row("/webhooks", "POST", _HOOKS, data={"name": "New", "url": "https://example.com/hook"}),
    *row("/webhooks/{webhook_id}", "GET", _HOOKS, webhook_id="webhook"),
    *row("/webhooks/{webhook_id}", "PATCH DELETE", _HOOKS, webhook_id="webhook", data={"name": "Other"}),
    *row("/webhooks/{webhook_id}/deliveries", "GET", _HOOKS, webhook_id="webhook"),
    *row("/webhook-deliveries/{delivery_id}/replay", "POST", _HOOKS, delivery_id="delivery"),
]

# Tried one after the other, each in a world of its own, so that several processes share the work.
PARTS = {
    "identity": [*IDENTITY, *UI],
    "customers": CUSTOMERS,
    "imports and merges": IMPORTS_AND_MERGES,
    "api of customers": CUSTOMERS_API,
    "privacy and interactions": [*PRIVACY, *INTERACTIONS],
    "catalog": CATALOG,
    "knowledge": KNOWLEDGE,
    "calendars": CALENDARS,
    "channels": CHANNELS,
    "mail": MAILS,
    "inbox": INBOX,
    "sales": SALES,
    "service": SERVICE,
    "quotes": QUOTES,
    "feedback": FEEDBACK,
    "routing": ROUTING,
    "billing": BILLING,
    "the rest": [*INTEGRATIONS, *PLATFORM, *WORKSPACE],
}
MATRIX = [one for part in PARTS.values() for one in part]

# Addresses that are no page: nothing to permit. Each says why.
LEFT_OUT = {
    "account_signup": "closed: accounts are made by invitation (account_urls.py)",
    "account_email": "closed",
    "account_email_verification_sent": "closed",
    "account_confirm_email": "closed",
    "account_set_password": "closed",
    "account_confirm_login_code": "closed",
    "mfa_index": "leads to our own page",
    "mfa_list_webauthn": "leads to our own page",
    "usersessions_list": "leads to our own page",
}
