from django.urls import URLPattern, path

from bandhu.sales.views import boards, editing, lead_life, leads, moving, pages, parts, setup

app_name = "sales"
_ONE = "opportunities/<uuid:pk>/"
_LEAD = "leads/<uuid:pk>/"

urlpatterns: list[URLPattern] = [
    path("leads/", leads.leads, name="leads"),
    path("leads/new/", leads.new, name="lead_new"),
    path("leads/new/typed/", leads.typed, name="lead_typed"),
    path("leads/bin/", leads.bin, name="lead_bin"),
    path(_LEAD, leads.lead, name="lead"),
    path(_LEAD + "edit/", leads.edit, name="lead_edit"),
    path(_LEAD + "log/", leads.log, name="lead_log"),
    path(_LEAD + "history/", leads.history, name="lead_history"),
    path(_LEAD + "work/", lead_life.work, name="lead_work"),
    path(_LEAD + "assignment/", lead_life.assignment, name="lead_assignment"),
    path(_LEAD + "nurturing/", lead_life.nurturing, name="lead_nurturing"),
    path(_LEAD + "steps/", lead_life.steps, name="lead_steps"),
    path(_LEAD + "conversion/", lead_life.conversion, name="lead_conversion"),
    path(_LEAD + "closure/", lead_life.closure, name="lead_closure"),
    path(_LEAD + "reopening/", lead_life.reopening, name="lead_reopening"),
    path(_LEAD + "deletion/", leads.deletion, name="lead_deletion"),
    path(_LEAD + "restoration/", leads.restoration, name="lead_restoration"),
    path("contacts/<uuid:pk>/leads/", leads.of_customer, {"kind": "contact"}, name="contact_leads"),
    path("companies/<uuid:pk>/leads/", leads.of_customer, {"kind": "company"}, name="company_leads"),
    path("board/", boards.board, name="board"),
    path("board/stages/<uuid:stage_id>/cards/", boards.cards, name="board_cards"),
    path("opportunities/", pages.opportunities, name="opportunities"),
    path("opportunities/new/", editing.new, name="opportunity_new"),
    path("opportunities/bin/", pages.bin, name="bin"),
    path("opportunities/contacts/", pages.contact_choices, name="contact_choices"),
    path(_ONE, pages.opportunity, name="opportunity"),
    path(_ONE + "edit/", editing.edit, name="opportunity_edit"),
    path(_ONE + "moving/", moving.moving, name="moving"),
    path(_ONE + "moves/", pages.moves, name="opportunity_moves"),
    path(_ONE + "history/", pages.history, name="opportunity_history"),
    path(_ONE + "stakeholders/", parts.stakeholders, name="stakeholders"),
    path(
        _ONE + "stakeholders/<uuid:part_id>/removal/", parts.stakeholder_removal, name="stakeholder_removal"
    ),
    path(_ONE + "competitors/", parts.competitors, name="competitors"),
    path(_ONE + "competitors/<uuid:part_id>/removal/", parts.competitor_removal, name="competitor_removal"),
    path(_ONE + "splits/", parts.splits, name="splits"),
    path(_ONE + "steps/", parts.steps, name="steps"),
    path(_ONE + "deletion/", editing.deletion, name="opportunity_deletion"),
    path(_ONE + "restoration/", editing.restoration, name="opportunity_restoration"),
    path(
        "contacts/<uuid:pk>/opportunities/",
        pages.of_customer,
        {"kind": "contact"},
        name="contact_opportunities",
    ),
    path(
        "companies/<uuid:pk>/opportunities/",
        pages.of_customer,
        {"kind": "company"},
        name="company_opportunities",
    ),
    path("settings/pipelines/", setup.pipelines, name="pipelines"),
    path("settings/pipelines/order/", setup.order, name="pipeline_order"),
    path("settings/pipelines/<uuid:pk>/", setup.pipeline, name="pipeline"),
    path("settings/pipelines/<uuid:pk>/deletion/", setup.pipeline_deletion, name="pipeline_deletion"),
    path("settings/pipelines/<uuid:pk>/stages/", setup.stage_new, name="stage_new"),
    path("settings/pipelines/<uuid:pk>/order/", setup.order, name="stage_order"),
    path("settings/stages/<uuid:pk>/", setup.stage, name="stage"),
    path("settings/stages/<uuid:pk>/deletion/", setup.stage_deletion, name="stage_deletion"),
    path("settings/close-reasons/", setup.reason_new, name="reason_new"),
    path("settings/close-reasons/<uuid:pk>/", setup.reason, name="reason"),
]
