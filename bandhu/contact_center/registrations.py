"""Everything contact_center plugs into the house."""

from django.utils.translation import gettext_lazy as _

from bandhu.channels.availability import register_availability
from bandhu.contact_center.chat_presence import is_agent_available
from bandhu.contact_center.conversations import CONVERSATIONS
from bandhu.contact_center.queries import queues_for
from bandhu.contact_center.ready_made import ensure_queues
from bandhu.contact_center.work_kinds import register_work_kind
from bandhu.platform.registries import (
    MenuEntry,
    Quick,
    ShellPart,
    register_live_topic,
    register_menu_entry,
    register_permission,
    register_quick_action,
    register_seed,
    register_shell_part,
)

register_work_kind(CONVERSATIONS)
register_seed(ensure_queues)

_GROUP = _("Queues and routing")
_PEOPLE = {"manager": "branch", "sales": "team", "service": "everyone", "supervisor": "everyone"}

register_permission(
    "contact_center.view_queue", _("See queues and how much waits"), group=_GROUP, granted={**_PEOPLE, "read_only": "everyone"}
)  # fmt: skip
register_permission(
    "contact_center.view_workitem", _("See what waits and who has it"), group=_GROUP, granted={**_PEOPLE, "read_only": "everyone"}
)  # fmt: skip
register_permission(
    "contact_center.assign_work", _("Give work to people, back to its queue or to another"), group=_GROUP, granted=_PEOPLE
)  # fmt: skip
register_permission(
    "contact_center.take_work", _("Be an agent: say whether one is there, get work, take the next"), group=_GROUP,
    has_reach=False, granted=dict.fromkeys(_PEOPLE, "everyone"),
)  # fmt: skip
register_permission(
    "contact_center.view_agent", _("See agents, their skills and their load"), group=_GROUP,
    granted={"manager": "branch", "service": "everyone", "sales": "team", "supervisor": "everyone"},
)  # fmt: skip
register_permission(
    "contact_center.change_agent", _("Change capacity, skills and presence of agents"), group=_GROUP,
    granted={"manager": "branch", "supervisor": "everyone"},
)  # fmt: skip
register_permission(
    "contact_center.manage_queues", _("Set up queues, skills and reasons of absence"), group=_GROUP, has_reach=False,
    granted={"supervisor": "everyone"},
)  # fmt: skip

register_menu_entry(
    MenuEntry(
        name="queues_now", label=_("Queues now"), icon="gauge", url_name="contact_center:queues_now",
        permission="contact_center.view_queue", group="work", position=30,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="queues", label=_("Queues"), icon="split", url_name="contact_center:setup",
        permission="contact_center.manage_queues", group="settings", position=47,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="agents", label=_("Agents"), icon="headset", url_name="contact_center:agents",
        permission="contact_center.change_agent", group="settings", position=48,
    )
)  # fmt: skip
register_quick_action(
    Quick(
        name="my_work", label=_("My work"), icon="inbox", url_name="contact_center:my_work",
        permission="contact_center.take_work", words="queue next take offered available",
    )
)  # fmt: skip
register_shell_part(ShellPart("presence", "contact_center:presence", "contact_center.take_work"))
register_live_topic("agent", lambda user, pk: user.pk == pk)
register_live_topic("queue", lambda user, pk: queues_for(user).filter(pk=pk).exists())
register_availability(is_agent_available)
