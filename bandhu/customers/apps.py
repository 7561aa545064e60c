from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "bandhu.customers"
    label = "customers"

    def ready(self) -> None:
        from bandhu.customers import registrations, subscribers  # noqa: F401
