from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "bandhu.platform"
    label = "platform"
