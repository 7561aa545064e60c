from django.urls import URLPattern, path

from bandhu.inbox.views import articles, changes, filing, inbox, panels, shared, talk, writing

app_name = "inbox"
_ONE, _MESSAGE = "inbox/<uuid:pk>/", "inbox/messages/<uuid:pk>/"

urlpatterns: list[URLPattern] = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/changes/", changes.change, name="change"),
    path("inbox/changes/undoing/", changes.undoing, name="undoing"),
    path("inbox/changes/<slug:step>/", changes.choosing, name="choosing"),
    path("inbox/preferences/", shared.preferences, name="preferences"),
    path("inbox/replies/", shared.canned_replies, name="canned_replies"),
    path("inbox/replies/new/", shared.canned_reply, name="canned_reply_new"),
    path("inbox/replies/<uuid:pk>/", shared.canned_reply, name="canned_reply"),
    path("inbox/replies/<uuid:pk>/deletion/", shared.canned_reply_deletion, name="canned_reply_deletion"),
    path("inbox/macros/", shared.macros, name="macros"),
    path("inbox/macros/new/", shared.macro, name="macro_new"),
    path("inbox/macros/<uuid:pk>/", shared.macro, name="macro"),
    path("inbox/macros/<uuid:pk>/deletion/", shared.macro_deletion, name="macro_deletion"),
    path(_MESSAGE, talk.message, name="message"),
    path(_MESSAGE + "body/", talk.body, name="body"),
    path(_MESSAGE + "taking-back/", writing.taking_back, name="taking_back"),
    path(_MESSAGE + "repetition/", writing.repetition, name="repetition"),
    path(_ONE, talk.conversation, name="conversation"),
    path(_ONE + "messages/", talk.messages, name="messages"),
    path(_ONE + "head/", talk.head, name="head"),
    path(_ONE + "customer/", talk.customer, name="customer"),
    path(_ONE + "history/", talk.history, name="history"),
    path(_ONE + "presence/", talk.presence, name="presence"),
    path(_ONE + "draft/", writing.draft, name="draft"),
    path(_ONE + "replies/", writing.reply, name="reply"),
    path(_ONE + "notes/", writing.note, name="note"),
    path(_ONE + "times/", writing.times, name="times"),
    path(_ONE + "offers/", writing.offers, name="offers"),
    path(_ONE + "colleagues/", writing.colleagues, name="colleagues"),
    path(_ONE + "articles/", articles.articles, name="articles"),
    path(_ONE + "articles/draft/", articles.article_draft, name="article_draft"),
    path(_ONE + "articles/<uuid:article_id>/", articles.article, name="article"),
    path(_ONE + "filing/", filing.filing, name="filing"),
    path(_ONE + "splitting/", filing.splitting, name="splitting"),
    path(_ONE + "joining/", filing.joining, name="joining"),
    path(_ONE + "macros/", shared.offered_macros, name="offered_macros"),
    path(_ONE + "macros/<uuid:macro_id>/", shared.running, name="running"),
    path(
        "contacts/<uuid:pk>/conversations/",
        panels.of_customer,
        {"kind": "contact"},
        name="contact_conversations",
    ),
    path(
        "companies/<uuid:pk>/conversations/",
        panels.of_customer,
        {"kind": "company"},
        name="company_conversations",
    ),
]
