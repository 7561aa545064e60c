"""What a visitor of the help centre can do when no article answers: plugged in by apps above.

    register_help_action(HelpAction(
        name="ticket", label=_("Send a request"), text=_("We answer by mail."), icon="send", url=ticket_form_address, position=10,
    ))

`url(language)` gives the address in that language, or "" while the action cannot be taken (no booking page is open).

A form that sends a ticket shows articles before it sends: `{% include "knowledge/help/_suggestions.html" with articles=found %}` where
`found = knowledge.queries.suggest(None, text, language=…, audience="public")`. While somebody types, the same part comes from
`knowledge:help_suggestions` (?q=…), e.g. hx-get="{% url 'knowledge:help_suggestions' language %}" on the subject's field.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bandhu.platform.registries import Label


@dataclass(frozen=True, kw_only=True)
class HelpAction:
    """A way on, shown at the foot of every page of the help centre and where a search found nothing."""

    name: str
    label: Label
    url: Callable[[str], str]
    text: Label = ""
    icon: str = "arrow-right"
    position: int = 50


_actions: dict[str, HelpAction] = {}


def register_help_action(action: HelpAction) -> None:
    """Called once at start by an app's registrations.py."""
    _actions[action.name] = action


def help_actions(language: str) -> list[tuple[HelpAction, str]]:
    """Those that can be taken now, with their addresses, in their order."""
    ordered = sorted(_actions.values(), key=lambda one: (one.position, one.name))
    return [(one, address) for one in ordered if (address := one.url(language))]
