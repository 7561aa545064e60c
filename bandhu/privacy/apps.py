from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "bandhu.privacy"
    label = "privacy"
