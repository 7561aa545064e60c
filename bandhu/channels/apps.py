from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "bandhu.channels"
    label = "channels"

    def ready(self) -> None:
        from bandhu.channels import registrations, subscribers  # noqa: F401
