from django.urls import URLPattern, path

from bandhu.service.views import joining, portal, reports, setup, tickets, work

app_name = "service"
_ONE = "tickets/<uuid:pk>/"
_SETUP = "settings/service/"

urlpatterns: list[URLPattern] = [
    path("tickets/", tickets.tickets, name="tickets"),
    path("tickets/new/", tickets.new, name="ticket_new"),
    path("tickets/bin/", tickets.bin, name="bin"),
    path("tickets/choices/", tickets.choices, name="ticket_choices"),
    path(_ONE, tickets.ticket, name="ticket"),
    path(_ONE + "edit/", tickets.edit, name="ticket_edit"),
    path(_ONE + "history/", tickets.history, name="ticket_history"),
    path(_ONE + "deletion/", tickets.deletion, name="ticket_deletion"),
    path(_ONE + "restoration/", tickets.restoration, name="ticket_restoration"),
    path(_ONE + "status/", work.status, name="ticket_status"),
    path(_ONE + "solution/", work.solution, name="ticket_solution"),
    path(_ONE + "reopening/", work.reopening, name="ticket_reopening"),
    path(_ONE + "assignment/", work.assignment, name="ticket_assignment"),
    path(_ONE + "notes/", work.notes, name="ticket_notes"),
    path(_ONE + "answers/", work.answers, name="ticket_answers"),
    path(_ONE + "article/", work.article, name="ticket_article"),
    path(_ONE + "watching/", work.watching, name="ticket_watching"),
    path(_ONE + "follow-up/", work.follow_up, name="ticket_follow_up"),
    path(_ONE + "links/", joining.links, name="ticket_links"),
    path(_ONE + "links/<uuid:link_id>/removal/", joining.link_removal, name="ticket_link_removal"),
    path(_ONE + "merge/", joining.merge, name="ticket_merge"),
    path(_ONE + "merge/undoing/", joining.merge_undoing, name="ticket_merge_undoing"),
    path(_ONE + "split/<uuid:conversation_id>/", joining.split, name="ticket_split"),
    path(_ONE + "split/undoing/", joining.split_undoing, name="ticket_split_undoing"),
    path("conversations/<uuid:pk>/ticket/", work.of_conversation, name="conversation_ticket"),
    path("contacts/<uuid:pk>/tickets/", tickets.of_customer, {"kind": "contact"}, name="contact_tickets"),
    path("companies/<uuid:pk>/tickets/", tickets.of_customer, {"kind": "company"}, name="company_tickets"),
    path("portal/requests/new/", portal.new, name="portal_new"),
    path("portal/requests/<uuid:pk>/", portal.ticket, name="portal_ticket"),
    path("service/reports/", reports.reports, name="reports"),
    path("service/reports/clocks/", reports.clocks, name="report_clocks"),
    path(_SETUP, setup.overview, name="setup"),
    path(_SETUP + "types/new/", setup.type, name="type_new"),
    path(_SETUP + "types/<uuid:pk>/", setup.type, name="type"),
    path(_SETUP + "types/<uuid:pk>/deletion/", setup.type_deletion, name="type_deletion"),
    path(_SETUP + "statuses/new/", setup.status, name="status_new"),
    path(_SETUP + "statuses/<uuid:pk>/", setup.status, name="status"),
    path(_SETUP + "statuses/<uuid:pk>/deletion/", setup.status_deletion, name="status_deletion"),
    path(_SETUP + "priorities/", setup.matrix, name="matrix"),
    path(_SETUP + "levels/new/", setup.level, name="level_new"),
    path(_SETUP + "levels/order/", setup.order, name="level_order"),
    path(_SETUP + "levels/<uuid:pk>/", setup.level, name="level"),
    path(_SETUP + "levels/<uuid:pk>/deletion/", setup.level_deletion, name="level_deletion"),
]
