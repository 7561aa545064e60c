from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "bandhu.sales"
    label = "sales"

    def ready(self) -> None:
        from bandhu.sales import registrations, subscribers  # noqa: F401
