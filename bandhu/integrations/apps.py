from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "bandhu.integrations"
    label = "integrations"

    def ready(self) -> None:
        from bandhu.integrations import registrations, subscribers  # noqa: F401
