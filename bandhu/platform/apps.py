from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "bandhu.platform"
    label = "platform"

    def ready(self) -> None:
        from bandhu.platform import database_sessions, registrations, subscribers  # noqa: F401

        database_sessions.register()
