from django.apps import AppConfig


class QuotesConfig(AppConfig):
    name = "bandhu.quotes"
    label = "quotes"

    def ready(self) -> None:
        from bandhu.quotes import registrations, subscribers  # noqa: F401
