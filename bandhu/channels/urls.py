from django.urls import URLPattern, path

from bandhu.channels.views import accounts, composing, mails, templates, tracking

app_name = "channels"
_CONTACT, _COMPANY = {"kind": "contact"}, {"kind": "company"}
urlpatterns: list[URLPattern] = [
    path("contacts/<uuid:pk>/mail/", composing.mail, _CONTACT, name="contact_mail"),
    path("companies/<uuid:pk>/mail/", composing.mail, _COMPANY, name="company_mail"),
    path("mail-addresses/<uuid:pk>/trust/", composing.trust, name="address_trust"),
    path("mails/", mails.overview, name="mails"),
    path("mails/<uuid:pk>/", mails.mail, name="mail"),
    path("mails/<uuid:pk>/taking-back/", mails.taking_back, name="mail_taking_back"),
    path("mails/<uuid:pk>/repetition/", mails.repetition, name="mail_repetition"),
    path("mails/<uuid:pk>/deletion/", mails.deletion, name="mail_deletion"),
    path("mails/<uuid:pk>/acquaintance/", mails.acquaintance, name="mail_acquaintance"),
    path("mails/<uuid:pk>/source/", mails.source, name="mail_source"),
    path("settings/mail/", accounts.overview, name="accounts"),
    path("settings/mail/tracking/", tracking.house, name="tracking"),
    path("settings/mail/own/", accounts.new_own, name="account_new_own"),
    path("settings/mail/shared/", accounts.new_shared, name="account_new_shared"),
    path("settings/mail/<uuid:pk>/", accounts.detail, name="account"),
    path("settings/mail/<uuid:pk>/trial/", accounts.trial, name="account_trial"),
    path("settings/mail/<uuid:pk>/deletion/", accounts.deletion, name="account_deletion"),
    path("m/o/<str:token>.gif", tracking.opening, name="mail_opening"),
    path("m/l/<str:token>/", tracking.link, name="mail_link"),
    path("settings/letters/", templates.overview, name="templates"),
    path("settings/letters/new/", templates.detail, name="template_new"),
    path("settings/letters/<uuid:pk>/", templates.detail, name="template"),
]
