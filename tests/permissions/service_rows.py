"""The rows of service: tickets, their joining, what is set up for them."""

from tests.permissions.rows import OPEN, row

_SEE, _CHANGE, _MAKE = "service.view_ticket", "service.change_ticket", "service.create_ticket"
_DELETE, _SET_UP = "service.delete_ticket", "service.manage_service"
_READ = "interactions.view_conversation"
_CUSTOMERS = {"contact": "customers.view_contact", "company": "customers.view_company"}

_API = {"ticket_id": "ticket"}

SERVICE = [
    *row("service:tickets", "GET", _SEE),
    *row("service:ticket_new", "GET", _MAKE),
    *row("service:ticket_new", "POST", f"{_MAKE} {_SEE}", data={"title": "Sacks"}),
    *row("service:bin", "GET", _DELETE, anywhere=True),
    *row("service:ticket_choices", "GET", _SEE, anywhere=True),
    *row("service:ticket", "GET", _SEE, pk="ticket"),
    *row("service:ticket_edit", "GET POST", _CHANGE, sees=_SEE, pk="ticket"),
    *row("service:ticket_history", "GET", _SEE, pk="ticket"),
    *row("service:ticket_deletion", "POST", _DELETE, sees=_SEE, pk="ticket"),
    *row("service:ticket_restoration", "POST", _DELETE, sees=_SEE, pk="gone_ticket"),
    *row("service:ticket_status", "GET POST", _CHANGE, sees=_SEE, pk="ticket"),
    *row("service:ticket_solution", "GET", _CHANGE, sees=_SEE, pk="ticket"),
    *row("service:ticket_solution", "POST", _CHANGE, sees=_SEE, pk="ticket", data={"resolution": "Sent."}),
    *row("service:ticket_reopening", "POST", _CHANGE, sees=_SEE, pk="ticket"),
    *row("service:ticket_assignment", "GET POST", _CHANGE, sees=_SEE, pk="ticket"),
    *row("service:ticket_notes", "POST", _CHANGE, sees=_SEE, pk="ticket", data={"text": "Ask"}),
    *row("service:ticket_answers", "POST", _CHANGE, sees=_SEE, pk="ticket", data={"text": "Yes"}),
    *row("service:ticket_article", "POST", "knowledge.write_article", sees=_SEE, pk="ticket"),
    *row("service:ticket_watching", "POST", _CHANGE, sees=_SEE, pk="ticket", data={"watch": "1"}),
    *row("service:ticket_follow_up", "POST", f"{_CHANGE} {_MAKE}", sees=_SEE, pk="ticket"),
    *row("service:ticket_links", "GET POST", _CHANGE, sees=_SEE, pk="ticket"),
    *row("service:ticket_link_removal", "POST", _CHANGE, sees=_SEE, pk="ticket", link_id="ticket_link"),
    *row("service:ticket_merge", "GET POST", _CHANGE, sees=_SEE, pk="ticket"),
    *row("service:ticket_merge_undoing", "POST", _CHANGE, sees=_SEE, pk="ticket"),
    *row(
        "service:ticket_split",
        "GET POST",
        _CHANGE,
        sees=_SEE,
        pk="ticket",
        conversation_id="ticket_conversation",
    ),
    *row("service:ticket_split_undoing", "POST", _CHANGE, sees=_SEE, pk="ticket"),
    *row("service:conversation_ticket", "GET", _READ, pk="ticket_conversation"),
    *row("service:conversation_ticket", "POST", _MAKE, sees=_READ, pk="ticket_conversation"),
    *row("service:contact_tickets", "GET", _CUSTOMERS["contact"], sees=_SEE, pk="contact"),
    *row("service:company_tickets", "GET", _CUSTOMERS["company"], sees=_SEE, pk="company"),
    *row("/ticket-statuses", "GET", _SEE, anywhere=True),
    *row("/tickets", "GET", _SEE),
    *row("/tickets", "POST", _MAKE, data={"title": "New"}),
    *row("/tickets/{ticket_id}", "GET", _SEE, **_API),
    *row("/tickets/{ticket_id}", "PATCH", _CHANGE, sees=_SEE, data={"title": "Other"}, **_API),
    *row("/tickets/{ticket_id}", "DELETE", _DELETE, sees=_SEE, **_API),
    *row("/tickets/{ticket_id}/restoration", "POST", _DELETE, sees=_SEE, ticket_id="gone_ticket"),
    *row(
        "/tickets/{ticket_id}/status",
        "POST",
        _CHANGE,
        sees=_SEE,
        data={"status_id": "{ticket_status}"},
        **_API,
    ),
    *row("/tickets/{ticket_id}/assignment", "POST", _CHANGE, sees=_SEE, data={"owner_id": None}, **_API),
    *row(
        "/tickets/{ticket_id}/merge", "POST", _CHANGE, sees=_SEE, data={"into_id": "{other_ticket}"}, **_API
    ),
    *row("/tickets/{ticket_id}/merge/undoing", "POST", _CHANGE, sees=_SEE, ticket_id="merged_ticket"),
    *row("/tickets/{ticket_id}/clocks", "GET", _SEE, **_API),
    *row("service:portal_new", "GET POST", OPEN),
    *row("service:portal_ticket", "GET POST", OPEN, pk="ticket"),
    *row("service:reports", "GET", _SEE),
    *row("service:report_clocks", "GET", _SEE, query="measure=first&which=met"),
    *row("service:setup", "GET", _SET_UP),
    *row("service:type_new", "GET POST", _SET_UP),
    *row("service:type", "GET POST", _SET_UP, pk="ticket_type"),
    *row("service:type_deletion", "POST", _SET_UP, pk="ticket_type"),
    *row("service:status_new", "GET POST", _SET_UP),
    *row("service:status", "GET POST", _SET_UP, pk="ticket_status"),
    *row("service:status_deletion", "POST", _SET_UP, pk="ticket_status"),
    *row("service:matrix", "GET POST", _SET_UP),
    *row("service:level_new", "GET POST", _SET_UP),
    *row("service:level_order", "POST", _SET_UP),
    *row("service:level", "GET POST", _SET_UP, pk="service_level"),
    *row("service:level_deletion", "POST", _SET_UP, pk="service_level"),
]
