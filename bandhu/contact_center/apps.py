from django.apps import AppConfig


class ContactCenterConfig(AppConfig):
    name = "bandhu.contact_center"
    label = "contact_center"

    def ready(self) -> None:
        from bandhu.contact_center import registrations, subscribers  # noqa: F401
