from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "bandhu.calendars"
    label = "calendars"

    def ready(self) -> None:
        from bandhu.calendars import registrations, subscribers  # noqa: F401
