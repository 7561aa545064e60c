"""What open pages of service listen to besides single records."""

BOARD_TOPIC = "tickets:00000000-0000-0000-0000-000000000000"
"""Any ticket changed: boards look again."""
