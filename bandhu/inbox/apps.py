from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "bandhu.inbox"
    label = "inbox"

    def ready(self) -> None:
        from bandhu.inbox import registrations  # noqa: F401
