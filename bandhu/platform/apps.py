from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "bandhu.platform"
    label = "platform"

    def ready(self) -> None:
        from bandhu.platform import registrations, subscribers  # noqa: F401
