from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "bandhu.billing"
    label = "billing"

    def ready(self) -> None:
        from bandhu.billing import registrations, subscribers  # noqa: F401
