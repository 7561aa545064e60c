from django.apps import AppConfig


class InteractionsConfig(AppConfig):
    name = "bandhu.interactions"
    label = "interactions"

    def ready(self) -> None:
        from bandhu.interactions import registrations, subscribers  # noqa: F401
