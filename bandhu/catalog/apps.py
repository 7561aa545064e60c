from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "bandhu.catalog"
    label = "catalog"

    def ready(self) -> None:
        from bandhu.catalog import registrations  # noqa: F401
