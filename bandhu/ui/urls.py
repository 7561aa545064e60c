from django.urls import path

from . import views

app_name = "ui"
urlpatterns = [
    path("", views.components, name="components"),
    path("answers/", views.answers, name="answers"),
    path("notice/", views.notice, name="notice"),
]
