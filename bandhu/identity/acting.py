"""@action: the one door for writes. Authorises, opens the transaction, names the capability.

@action("customers.change_contact")
def change_contact(contact, *, actor, changes): ...        # on a record

@action("customers.create_contact", on_record=False)
def create_contact(*, actor, full_name): ...               # no record yet
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction

from bandhu.identity.scoping import require, require_anywhere

Function = TypeVar("Function", bound=Callable[..., Any])
actions: dict[str, list[str]] = {}


def action(permission: str, *, on_record: bool = True) -> Callable[[Function], Function]:
    """Run the function in a transaction, and only for an actor who holds `permission`."""

    def decorate(function: Function) -> Function:
        @functools.wraps(function)
        def run(*records: Any, actor: Any, **arguments: Any) -> Any:
            with transaction.atomic():
                if on_record:
                    require(actor, permission, records[0])
                else:
                    require_anywhere(actor, permission)
                return function(*records, actor=actor, **arguments)

        actions.setdefault(permission, []).append(f"{function.__module__}.{function.__qualname__}")
        run.permission = permission  # type: ignore[attr-defined]
        return run  # type: ignore[return-value]

    return decorate
