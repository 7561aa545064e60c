from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "bandhu.workspace"
    label = "workspace"
