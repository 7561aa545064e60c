"""Layouts of other programs, recognised by the headers only they write, and what their ambiguous columns mean.

Most columns speak for themselves (`headers`). Here stands only what differs between programs: "Title" is a form of
address to Outlook and a job to Salesforce, "Record ID" is whose, what the number in "Account Id" points to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .targets import folded


@dataclass(frozen=True, slots=True)
class Layout:
    """`needs` are headers that must all be there, `kind` what the rows are, `source` names the ids' origin."""

    key: str
    title: str
    needs: tuple[str, ...]
    kind: str = "contacts"
    source: str = ""
    company_source: str = ""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tag_separator: str = ""


GOOGLE = {
    "File As": ("sort_as",), "Labels": ("tags",), "Group Membership": ("tags",), "Photo": ("custom",), "Short Name": ("other_name", "short"), "Maiden Name": ("other_name", "former"),
    "Name": ("name",), "Organization Name": ("company_name",), "Organization 1 - Name": ("company_name",),
    "Organization Title": ("job_title",), "Organization 1 - Title": ("job_title",),
    "Organization Department": ("department",), "Organization 1 - Department": ("department",),
    "Phonetic First Name": ("other_name", "phonetic given"), "Phonetic Middle Name": ("other_name", "phonetic middle"),
    "Phonetic Last Name": ("other_name", "phonetic family"), "Yomi Name": ("other_name", "phonetic"),
    "Given Name Yomi": ("other_name", "phonetic given"), "Additional Name Yomi": ("other_name", "phonetic middle"),
    "Family Name Yomi": ("other_name", "phonetic family"),
}  # fmt: skip
OUTLOOK = {
    "Title": ("name_prefix",), "Categories": ("tags",), "Keywords": ("tags", "keywords"), "E-mail Type": ("custom",), "E-mail 2 Type": ("custom",), "E-mail 3 Type": ("custom",), "Job Title": ("job_title",),
    "Referred By": ("source",), "Web Page": ("website", "1"),
    # An account in Outlook is the mailbox the contact is kept in, not a company.
    "Account": ("custom",), "Location": ("custom",), "Office Location": ("custom",), "Profession": ("custom",),
}  # fmt: skip
OWN_SOURCE = "bandhu"
"""Ids of our own export: they are the records' own, in the installation they came from."""
# Every column of our export that is not numbered: an own field of the same name is written with a word behind it.
OWN_SHARED = {
    "Bandhu id": ("external_id",), "Lifecycle": ("lifecycle",), "Language": ("language",), "Time zone": ("time_zone",),
    "Preferred channel": ("preferred_channel",), "Source": ("source",), "Note": ("note",),
    "Culture note": ("culture_note",), "Created": ("created_at",), "Owner": ("owner",), "Team": ("team",), "Tags": ("tags",),
}  # fmt: skip
OWN_COMPANIES = OWN_SHARED | {
    "Company name": ("name",), "Legal name": ("legal_name",), "Website": ("website", "1"), "Industry": ("industry",),
    "Employees": ("employees",), "Registration number": ("registration_number",), "Parent company": ("parent_name",),
    "Parent company id": ("parent_external_id",),
}  # fmt: skip
OWN_CONTACTS = OWN_SHARED | {
    "Name": ("name",), "Name Prefix": ("name_prefix",), "First Name": ("given_name",), "Last Name": ("family_name",),
    "Name Suffix": ("name_suffix",), "Nickname": ("nickname",), "Sort as": ("sort_as",),
    "Form of address": ("form_of_address",), "Job title": ("job_title",), "Department": ("department",),
    "Birthday": ("birthday",), "National id": ("national_id",), "Company": ("company_name",),
    "Company id": ("company_external_id",),
}  # fmt: skip
# What the exports of service desks are laid out as, see `service.importing.exports`; the rows put aside come back like this too.
TICKETS = {
    "Requester": ("name",), "Requester mail": ("email", "1"), "Requester phone": ("phone", "1"), "Requester id": ("external_id",),
    "Organization": ("company_name",), "Organization id": ("company_external_id",), "Ticket id": ("ticket_id",),
    "Subject": ("ticket_title",), "Status": ("ticket_status",), "Priority": ("ticket_priority",), "Type": ("ticket_type",),
    "Ticket tags": ("ticket_tags",), "Assignee": ("ticket_owner",), "Group": ("ticket_group",),
    "Channel": ("ticket_channel",), "Opened": ("ticket_opened",),
    "First answered": ("ticket_answered",), "Solved": ("ticket_solved",), "Closed": ("ticket_closed",), "Due": ("ticket_due",),
    "Opened again": ("ticket_reopened",), "Own fields": ("ticket_fields",), "Messages": ("ticket_messages",),
    "What is wrong with it": ("ticket_trouble",),
}  # fmt: skip
ZENDESK_VIEW = {
    "Requester": ("name",), "Requester email": ("email", "1"), "Requester id": ("external_id",), "Organization": ("company_name",),
    "Id": ("ticket_id",), "Subject": ("ticket_title",), "Status": ("ticket_status",), "Priority": ("ticket_priority",),
    "Ticket type": ("ticket_type",), "Tags": ("ticket_tags",), "Assignee": ("ticket_owner",), "Group": ("ticket_group",), "Via": ("ticket_channel",),
    "Created at": ("ticket_opened",), "Solved at": ("ticket_solved",), "Due date": ("ticket_due",), "Reopens": ("ticket_reopened",),
    "First reply time in minutes": ("ticket_first_minutes",),
}  # fmt: skip
FRESHDESK_LIST = {
    "Full name": ("name",), "Email": ("email", "1"), "Work phone": ("phone", "work"), "Mobile phone": ("phone", "mobile"),
    "Contact ID": ("external_id",), "Company Name": ("company_name",), "Ticket ID": ("ticket_id",), "Subject": ("ticket_title",),
    "Status": ("ticket_status",), "Priority": ("ticket_priority",), "Source": ("ticket_channel",), "Type": ("ticket_type",),
    "Agent": ("ticket_owner",), "Group": ("ticket_group",), "Created time": ("ticket_opened",), "Due by Time": ("ticket_due",), "Resolved time": ("ticket_solved",),
    "Closed time": ("ticket_closed",), "Initial response time": ("ticket_answered",), "Tags": ("ticket_tags",),
    "Title": ("job_title",),
}  # fmt: skip
LAYOUTS = (
    Layout("tickets", "Tickets", ("Requester mail", "Ticket id", "Own fields", "Messages"), kind="tickets", columns=TICKETS),
    Layout("zendesk_view", "Zendesk (tickets)", ("Requester", "Assignee", "Ticket type"), kind="tickets", source="zendesk",
           company_source="zendesk", columns=ZENDESK_VIEW),
    Layout("freshdesk_list", "Freshdesk (tickets)", ("Ticket ID", "Agent", "Resolution status"), kind="tickets", source="freshdesk",
           company_source="freshdesk", columns=FRESHDESK_LIST),
    Layout("mails", "Mails", ("Mail number", "Message-ID", "Place in the file"), kind="mails",
           columns={"Message-ID": ("mail_id",), "Sender": ("mail_sender",), "To": ("mail_to",), "Written": ("mail_written",),
                    "Subject": ("mail_subject",), "Place in the file": ("mail_place",), "Mail number": ("mail_number",)}),
    Layout("bandhu_companies", "Bandhu", ("Bandhu id", "Company name"), kind="companies", source=OWN_SOURCE,
           company_source=OWN_SOURCE, columns=OWN_COMPANIES),
    Layout("bandhu", "Bandhu", ("Bandhu id",), source=OWN_SOURCE, company_source=OWN_SOURCE, columns=OWN_CONTACTS),
    Layout("google", "Google Contacts", ("First Name", "Phonetic First Name", "File As"), source="google",
           columns=GOOGLE, tag_separator=" ::: "),
    Layout("google_old", "Google Contacts (2010s)", ("Given Name", "Yomi Name", "Group Membership"), source="google",
           columns=GOOGLE, tag_separator=" ::: "),
    Layout("outlook_desktop", "Outlook for Windows", ("Business Country/Region", "E-mail Display Name"),
           source="outlook", columns=OUTLOOK, tag_separator=";"),
    Layout("outlook_web", "Outlook.com", ("Internet Free Busy", "E-mail 2 Address", "Home Country"), source="outlook",
           columns=OUTLOOK, tag_separator=";"),
    Layout("salesforce_contacts", "Salesforce (contacts)", ("AccountId", "LastName", "MailingCity"), source="salesforce",
           company_source="salesforce",
           columns={"Id": ("external_id",), "Title": ("job_title",), "ReportsToId": ("custom",), "Account Name": ("company_name",)}),
    Layout("salesforce_report", "Salesforce (report)", ("Account Name", "Mailing Street", "Last Name"), source="salesforce",
           company_source="salesforce", columns={"Title": ("job_title",), "Contact ID": ("external_id",)}),
    Layout("hubspot_deals", "HubSpot (deals)", ("Deal Name", "Deal Stage", "Associated Contact IDs"), kind="opportunities",
           source="hubspot", columns={"Associated Company": ("name",)}),
    Layout("hubspot_companies", "HubSpot (companies)", ("Record ID", "Company name", "Company owner"), kind="companies",
           source="hubspot", columns={"Website URL": ("website", "1"), "Legal entity address": ("address", "legal")}),
    Layout("hubspot", "HubSpot (contacts)", ("Record ID", "Contact owner", "Lifecycle Stage"), source="hubspot",
           company_source="hubspot", columns={"Associated Company": ("company_name",), "Lifecycle Stage": ("lifecycle",)}),
    Layout("odoo", "Odoo", ("Company Name*", "Street2"), source="odoo", company_source="odoo", columns={"Reference": ("external_id",)}),
    Layout("odoo_partners", "Odoo (partners)", ("Is a Company", "Related Company"), source="odoo", company_source="odoo",
           columns={"Related Company": ("company_name",), "External ID": ("external_id",), "Is a Company": ("is_company",)}),
    Layout("zoho_accounts", "Zoho CRM (accounts)", ("Account Name", "Account Owner Id"), kind="companies",
           source="zoho.account", columns={"ACCOUNTID": ("external_id",), "Account Name": ("name",)}),
    Layout("zoho_contacts", "Zoho CRM (contacts)", ("CONTACTID", "Contact Owner"), source="zoho.contact",
           company_source="zoho.account", columns={"CONTACTID": ("external_id",), "Account Id": ("company_external_id",)}),
    # Read as contacts its ids are theirs, read as leads those of the enquiries: the header says both.
    Layout("zoho_leads", "Zoho CRM (leads)", ("LEADID", "Lead Owner", "Lead Status"), kind="leads", source="zoho.lead",
           company_source="zoho.account"),
    Layout("zoho_potentials", "Zoho CRM (potentials)", ("Potential Name", "Potential Owner", "Stage"), kind="opportunities",
           source="zoho.potential"),
    Layout("chatwoot", "Chatwoot", ("identifier", "phone_number", "ip_address"), source="chatwoot",
           columns={"identifier": ("external_id",), "id": ("custom",)}),
    Layout("mautic_companies", "Mautic (companies)", ("companyname", "companycity"), kind="companies", source="mautic"),
    Layout("mautic", "Mautic", ("firstname", "lastname", "email"), source="mautic", columns={"title": ("name_prefix",)}),
    Layout("maven_pipeline", "Maven pipeline (opportunities)", ("opportunity_id", "deal_stage", "engage_date"), kind="opportunities",
           source="maven", columns={"account": ("name",)}),
    Layout("maven_accounts", "Maven pipeline (accounts)", ("account", "sector", "subsidiary_of"), kind="companies",
           columns={"account": ("name",), "sector": ("industry",), "office_location": ("address_country", "1"),
                    "subsidiary_of": ("parent_name",)}),
)  # fmt: skip


def recognise_layout(headers: list[str]) -> Layout | None:
    """The layout all of whose telling headers are in `headers`, the most demanding first; None when none is."""
    present = {folded(header) for header in headers}
    fitting = [layout for layout in LAYOUTS if all(folded(need) in present for need in layout.needs)]
    return max(fitting, key=lambda layout: len(layout.needs), default=None)


def likely_kind(headers: list[str]) -> str:
    """ "contacts" or "companies", whichever the rows are more likely to be."""
    layout = recognise_layout(headers)
    if layout:
        return layout.kind
    present = {folded(header) for header in headers}
    person = {"first name", "last name", "given name", "family name", "firstname", "lastname", "first", "last",
              "full name", "birthday", "job title", "gender"}  # fmt: skip
    firm = {
        "industry",
        "sector",
        "domain",
        "employees",
        "number of employees",
        "annual revenue",
        "company name",
        "revenue",
    }
    return "companies" if len(present & firm) >= 1 and not present & person else "contacts"
