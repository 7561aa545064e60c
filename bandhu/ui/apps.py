from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "bandhu.ui"
    label = "ui"
