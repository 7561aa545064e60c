from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "bandhu.privacy"
    label = "privacy"

    def ready(self) -> None:
        from bandhu.privacy import registrations, subscribers  # noqa: F401
