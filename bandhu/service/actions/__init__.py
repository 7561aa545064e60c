"""The write door of service."""

from .clocks import level_for, settle_clocks
from .escalating import look_at_clocks
from .joining import merge_tickets, split_ticket, undo_merge, undo_split
from .links import link_tickets, unlink_tickets
from .portal import CHANNEL, queue_showing, send_request, show_in_portal, write_on
from .recounting import settle_open_tickets
from .rules import (
    delete_ticket_rule,
    draft_rule,
    put_ticket_rules_in_order,
    set_ticket_rule,
    switch_ticket_rule,
    use_rule_version,
)
from .running_rules import forget_old_runs, run_rules, run_timed_rules
from .setup import (
    count_anew,
    delete_service_row,
    put_levels_in_order,
    set_priority_matrix,
    set_service_days,
    set_service_level,
    set_ticket_status,
    set_ticket_type,
)
from .sharing import queue_sharing, share_work
from .statuses import (
    close_solved,
    close_ticket,
    follow_up_ticket,
    move_ticket,
    reopen_ticket,
    solve_ticket,
    take_answer,
    take_customer_message,
)
from .threads import add_conversation, make_ticket_of, remove_conversation
from .tickets import change_ticket, delete_ticket, note_on_ticket, open_ticket, restore_ticket, watch_ticket
from .work import assign_ticket, give_to_team, mirror_owner, mirror_team, move_to_queue, note_queue

__all__ = [
    "CHANNEL",
    "add_conversation",
    "assign_ticket",
    "change_ticket",
    "close_solved",
    "close_ticket",
    "count_anew",
    "delete_service_row",
    "delete_ticket",
    "delete_ticket_rule",
    "draft_rule",
    "follow_up_ticket",
    "forget_old_runs",
    "give_to_team",
    "level_for",
    "link_tickets",
    "look_at_clocks",
    "make_ticket_of",
    "merge_tickets",
    "mirror_owner",
    "mirror_team",
    "move_ticket",
    "move_to_queue",
    "note_on_ticket",
    "note_queue",
    "open_ticket",
    "put_levels_in_order",
    "put_ticket_rules_in_order",
    "queue_sharing",
    "queue_showing",
    "remove_conversation",
    "reopen_ticket",
    "restore_ticket",
    "run_rules",
    "run_timed_rules",
    "send_request",
    "set_priority_matrix",
    "set_service_days",
    "set_service_level",
    "set_ticket_rule",
    "set_ticket_status",
    "set_ticket_type",
    "settle_clocks",
    "settle_open_tickets",
    "share_work",
    "show_in_portal",
    "solve_ticket",
    "split_ticket",
    "switch_ticket_rule",
    "take_answer",
    "take_customer_message",
    "undo_merge",
    "undo_split",
    "unlink_tickets",
    "use_rule_version",
    "watch_ticket",
    "write_on",
]
