from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "bandhu.integrations"
    label = "integrations"
