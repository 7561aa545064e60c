from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "bandhu.feedback"
    label = "feedback"

    def ready(self) -> None:
        from bandhu.feedback import registrations, subscribers  # noqa: F401
