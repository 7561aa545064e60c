from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "bandhu.identity"
    label = "identity"

    def ready(self) -> None:
        from bandhu.identity import registrations, subscribers  # noqa: F401
