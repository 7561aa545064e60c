"""The write door of sales."""

from bandhu.sales.actions.assignment import assign_by_rules, assign_lead
from bandhu.sales.actions.forecasts import adjust_forecast, set_quota, take_snapshot
from bandhu.sales.actions.lead_life import (
    close_lead,
    convert_lead,
    note_answer,
    note_word,
    nurture_lead,
    plan_lead_step,
    reopen_lead,
    work_on_lead,
)
from bandhu.sales.actions.lead_setup import (
    delete_lead_choice,
    delete_lead_rule,
    draft_rule,
    note_absence,
    put_rules_in_order,
    remove_absence,
    set_assignment_rule,
    set_lead_reason,
    set_lead_source,
    set_score_rule,
)
from bandhu.sales.actions.leads import change_lead, delete_lead, receive_lead, restore_lead
from bandhu.sales.actions.learned import ask_to_learn, keep_learned, refuse_later_fields, switch_learned
from bandhu.sales.actions.lines import set_lines
from bandhu.sales.actions.mail_leads import receive_mail_as_lead
from bandhu.sales.actions.move_months import count_months
from bandhu.sales.actions.moves import MissingFields, move_opportunity
from bandhu.sales.actions.opportunities import (
    change_opportunity,
    create_opportunity,
    delete_opportunity,
    restore_opportunity,
)
from bandhu.sales.actions.parts import (
    add_competitor,
    add_stakeholder,
    change_stakeholder,
    plan_step,
    remove_competitor,
    remove_stakeholder,
    set_splits,
    settle_next_step,
)
from bandhu.sales.actions.pipelines import (
    add_stage,
    change_pipeline,
    change_reason,
    change_stage,
    create_pipeline,
    create_reason,
    delete_pipeline,
    delete_stage,
    put_in_order,
)
from bandhu.sales.actions.reassigning import (
    apply_territories,
    give_book_back,
    hand_over_book,
    run_reassignment,
    start_due_hand_overs,
    undo_territories,
)
from bandhu.sales.actions.scoring import score_leads, score_open_leads
from bandhu.sales.actions.sequences import (
    enrol_contact,
    pause_enrolment,
    resume_enrolment,
    run_due_steps,
    set_sequence,
    stop_enrolment,
    stop_for,
)
from bandhu.sales.actions.stage_rules import draft_stage_rules
from bandhu.sales.actions.stage_runs import WAITS, follows_a_move, run_stage
from bandhu.sales.actions.stale import tell_stale
from bandhu.sales.actions.submissions import count_refused, submit_web_form
from bandhu.sales.actions.talk_leads import make_lead_of
from bandhu.sales.actions.territories import (
    delete_territory,
    draft_territory,
    put_territories_in_order,
    set_territory,
)
from bandhu.sales.actions.web_forms import set_web_form

__all__ = [
    "WAITS",
    "MissingFields",
    "add_competitor",
    "add_stage",
    "add_stakeholder",
    "adjust_forecast",
    "apply_territories",
    "ask_to_learn",
    "assign_by_rules",
    "assign_lead",
    "change_lead",
    "change_opportunity",
    "change_pipeline",
    "change_reason",
    "change_stage",
    "change_stakeholder",
    "close_lead",
    "convert_lead",
    "count_months",
    "count_refused",
    "create_opportunity",
    "create_pipeline",
    "create_reason",
    "delete_lead",
    "delete_lead_choice",
    "delete_lead_rule",
    "delete_opportunity",
    "delete_pipeline",
    "delete_stage",
    "delete_territory",
    "draft_rule",
    "draft_stage_rules",
    "draft_territory",
    "enrol_contact",
    "follows_a_move",
    "give_book_back",
    "hand_over_book",
    "keep_learned",
    "make_lead_of",
    "move_opportunity",
    "note_absence",
    "note_answer",
    "note_word",
    "nurture_lead",
    "pause_enrolment",
    "plan_lead_step",
    "plan_step",
    "put_in_order",
    "put_rules_in_order",
    "put_territories_in_order",
    "receive_lead",
    "receive_mail_as_lead",
    "refuse_later_fields",
    "remove_absence",
    "remove_competitor",
    "remove_stakeholder",
    "reopen_lead",
    "restore_lead",
    "restore_opportunity",
    "resume_enrolment",
    "run_due_steps",
    "run_reassignment",
    "run_stage",
    "score_leads",
    "score_open_leads",
    "set_assignment_rule",
    "set_lead_reason",
    "set_lead_source",
    "set_lines",
    "set_quota",
    "set_score_rule",
    "set_sequence",
    "set_splits",
    "set_territory",
    "set_web_form",
    "settle_next_step",
    "start_due_hand_overs",
    "stop_enrolment",
    "stop_for",
    "submit_web_form",
    "switch_learned",
    "take_snapshot",
    "tell_stale",
    "undo_territories",
    "work_on_lead",
]
