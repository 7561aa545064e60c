"""Checking the audit trail."""

from __future__ import annotations

from typing import Any

from bandhu.identity.acting import action
from bandhu.identity.audit_chain import LastCheck, check_soon


@action("identity.view_audit", on_record=False)
def check_audit(*, actor: Any) -> LastCheck | None:
    """Recompute the chain; None when there is so much to read that a job does it."""
    return check_soon()
