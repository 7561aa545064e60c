"""What other service desks call things: where a ticket stands, how urgent it is, what kind of work it is."""

from __future__ import annotations

from bandhu.service.models import Priority, Stage

STAGES = {
    "new": Stage.NEW, "open": Stage.OPEN, "in progress": Stage.OPEN, "reopened": Stage.OPEN, "active": Stage.OPEN,
    "pending": Stage.WAITING, "waiting on customer": Stage.WAITING, "awaiting your reply": Stage.WAITING,
    "hold": Stage.HOLD, "on-hold": Stage.HOLD, "on hold": Stage.HOLD, "waiting on third party": Stage.HOLD,
    "solved": Stage.SOLVED, "resolved": Stage.SOLVED, "being processed": Stage.OPEN, "closed": Stage.CLOSED,
}  # fmt: skip
PRIORITIES = {
    "low": Priority.LOW, "normal": Priority.NORMAL, "medium": Priority.NORMAL, "high": Priority.HIGH, "urgent": Priority.URGENT,
}  # fmt: skip
TYPES = {"task": "request", "service request": "request", "feature request": "request", "bug": "incident"}
CHANNELS = {
    "email": "mail", "e-mail": "mail", "web form": "form", "web": "form", "feedback widget": "form", "portal": "portal",
    "phone": "phone", "voice": "phone", "chat": "chat", "messaging": "chat", "outbound email": "mail", "whatsapp": "whatsapp",
}  # fmt: skip
