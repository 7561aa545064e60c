from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "bandhu.workspace"
    label = "workspace"

    def ready(self) -> None:
        from bandhu.workspace import registrations, subscribers  # noqa: F401
