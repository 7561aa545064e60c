from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "bandhu.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        from bandhu.knowledge import registrations, subscribers  # noqa: F401
