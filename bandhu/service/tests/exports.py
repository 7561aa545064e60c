"""Exports of other service desks as tests see them: small, made by us after the public documentation, nobody's data."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

USERS = [
    {"id": 11, "role": "end-user", "name": "Ann Lee", "email": "ann@example.org", "phone": "+8801712345678", "organization_id": 31},
    {"id": 12, "role": "end-user", "name": "শাহানা আক্তার", "email": "shahana@example.org"},
    {"id": 21, "role": "agent", "name": "Rafiq Islam", "email": "rafiq@example.com"},
    {"id": 22, "role": "agent", "name": "Somebody Gone", "email": "gone@example.com"},
]  # fmt: skip
FIRM = {"id": 31, "name": "Acme Mills", "domain_names": ["acme.example"]}
FIELD = {"id": 900, "type": "text", "title": "Shoe size", "raw_title": "Shoe size"}


def comment(
    number: int, author: int, at: str, body: str, *, public: bool = True, **more: Any
) -> dict[str, Any]:
    return {"id": number, "author_id": author, "created_at": at, "plain_body": body, "public": public, **more}


def zendesk_ticket(number: int = 101, **more: Any) -> dict[str, Any]:
    """Solved, with a question, an internal note, an answer with a file, and thanks."""
    return {
        "id": number, "subject": "Two hundred sacks are wet", "status": "solved", "priority": "high", "type": "incident",
        "requester_id": 11, "assignee_id": 21, "organization_id": 31, "via": {"channel": "email"}, "tags": ["sacks", "wet_goods"],
        "created_at": "2024-03-01T09:00:00Z", "updated_at": "2024-03-03T09:00:00Z", "due_at": None,
        "custom_fields": [{"id": 900, "value": "38"}, {"id": 901, "value": None}],
        "metric_set": {"solved_at": "2024-03-03T08:00:00Z", "reopens": 1},
        "comments": [
            comment(1, 11, "2024-03-01T09:00:00Z", "All of them are wet."),
            comment(2, 21, "2024-03-01T09:20:00Z", "Ask the carrier first.", public=False),
            comment(3, 21, "2024-03-01T10:30:00Z", "New ones leave today.", html_body="<p>New ones <b>leave</b> today.</p><script>x</script>",
                    attachments=[{"file_name": "slip.pdf", "content_url": "https://files.example/slip.pdf", "size": 9}]),
            comment(4, 11, "2024-03-02T07:00:00Z", "Thank you."),
        ],
        **more,
    }  # fmt: skip


def json_lines(*records: Any) -> bytes:
    return "\n".join(one if isinstance(one, str) else json.dumps(one) for one in records).encode()


def zipped(**files: bytes) -> bytes:
    """An archive; "__" in a name is a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


def zendesk_zip(*tickets: Any) -> bytes:
    return zipped(
        users__json=json_lines(*USERS), organizations__json=json_lines(FIRM), ticket_fields__json=json_lines(FIELD),
        tickets__json=json_lines(*tickets),
    )  # fmt: skip


def freshdesk_account(*tickets: dict[str, Any]) -> bytes:
    """The account's export: each record under a name of its own."""
    users = [
        {
            "user": {
                "id": 51,
                "name": "Ann Lee",
                "email": "ann@example.org",
                "mobile": "+8801712345678",
                "customer_id": 61,
            }
        },
        {"user": {"id": 52, "name": "Rafiq Islam", "email": "rafiq@example.com", "helpdesk_agent": True}},
    ]
    return zipped(
        Users__json=json.dumps(users).encode(), Companies__json=json.dumps([{"company": {"id": 61, "name": "Acme Mills"}}]).encode(),
        Tickets0__json=json.dumps([{"helpdesk_ticket": one} for one in tickets]).encode(),
    )  # fmt: skip


def freshdesk_ticket(number: int = 7, **more: Any) -> dict[str, Any]:
    return {
        "id": 7_000_000 + number, "display_id": number, "subject": "The scale is broken", "description": "It shows nothing.",
        "description_html": "<div>It shows nothing.</div>", "status": 5, "status_name": "Closed", "priority": 4, "source": 2,
        "ticket_type": "Refund", "requester_id": 51, "responder_id": 52, "created_at": "2023-05-02T10:00:00+06:00",
        "tags": [{"name": "scales"}], "custom_field": {"cf_serial_number": "S-99"},
        "ticket_states": {"resolved_at": "2023-05-04T10:00:00+06:00", "closed_at": "2023-05-06T10:00:00+06:00",
                          "first_response_time": "2023-05-02T11:00:00+06:00"},
        "notes": [
            {"helpdesk_note": {"id": 1, "user_id": 52, "body": "Is it plugged in?", "body_html": "<div>Is it plugged in?</div>", "incoming": False,
                               "private": False, "created_at": "2023-05-02T11:00:00+06:00"}},
            {"helpdesk_note": {"id": 2, "user_id": 51, "body": "Now it is.", "incoming": True, "private": False,
                               "created_at": "2023-05-03T09:00:00+06:00"}},
            {"helpdesk_note": {"id": 3, "user_id": 52, "body": "Of course.", "incoming": False, "private": True,
                               "created_at": "2023-05-03T09:30:00+06:00"}},
        ],
        **more,
    }  # fmt: skip
