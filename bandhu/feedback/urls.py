from django.urls import URLPattern, path

from bandhu.feedback.views import public, results, surveys

app_name = "feedback"
urlpatterns: list[URLPattern] = [
    path("feedback/", results.overview, name="results"),
    path("feedback/answers/", results.answers, name="answers"),
    path("feedback/surveys/<uuid:pk>/", results.survey_results, name="survey_results"),
    path("contacts/<uuid:pk>/feedback/", results.panel, name="contact_panel"),
    path("contacts/<uuid:pk>/feedback/request/", results.request_of, name="contact_request"),
    path("settings/surveys/", surveys.overview, name="surveys"),
    path("settings/surveys/new/", surveys.detail, name="survey_new"),
    path("settings/surveys/<uuid:pk>/", surveys.detail, name="survey"),
    path("f/<str:token>/", public.answer, name="answer"),
]
