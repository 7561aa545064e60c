from django.apps import AppConfig


class ServiceConfig(AppConfig):
    name = "bandhu.service"
    label = "service"

    def ready(self) -> None:
        from bandhu.service import registrations, subscribers  # noqa: F401
