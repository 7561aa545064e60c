from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "bandhu.identity"
    label = "identity"
