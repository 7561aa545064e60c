from django.apps import AppConfig


class InteractionsConfig(AppConfig):
    name = "bandhu.interactions"
    label = "interactions"
