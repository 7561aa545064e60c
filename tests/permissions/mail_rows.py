"""The rows of channels: mail accounts, letters, mails."""

from tests.permissions.rows import OPEN, row

_SEE, _SEND = "channels.view_mail", "channels.send_mail"
_OWN, _ACCOUNTS, _LETTERS = (
    "channels.use_own_account",
    "channels.manage_accounts",
    "channels.manage_templates",
)
_CUSTOMERS = {"contact": "customers.view_contact", "company": "customers.view_company"}
_HOUSE = {"sees": _OWN, "pk": "mail_account", "anywhere": True}

MAILS = [
    *row("channels:contact_mail", "GET POST", _SEND, sees=_CUSTOMERS["contact"], pk="contact"),
    *row("channels:company_mail", "GET POST", _SEND, sees=_CUSTOMERS["company"], pk="company"),
    *row("channels:address_trust", "POST", _SEND, sees=_CUSTOMERS["contact"], pk="contact"),
    *row("channels:mails", "GET", _SEE),
    *row("channels:mail", "GET", _SEE, pk="mail"),
    *row("channels:mail_taking_back", "POST", _SEND, sees=_SEE, pk="mail"),
    *row("channels:mail_repetition", "POST", _SEND, sees=_SEE, pk="failed_mail"),
    *row("channels:mail_deletion", "POST", _SEND, sees=_SEE, pk="draft"),
    *row("channels:mail_acquaintance", "POST", "customers.create_contact", sees=_SEE, pk="stranger"),
    *row("channels:mail_source", "GET", _SEE, pk="stranger"),
    *row("channels:mail_page", "GET", _SEE, pk="stranger", answers=(404,)),
    *row("channels:mail_pictures", "POST", _SEE, pk="mail"),
    *row("channels:mail_picture", "GET", _SEE, pk="mail", token="nonsense", answers=(404,)),
    *row("/mails", "GET", _SEE),
    *row(
        "/mails",
        "POST",
        f"{_SEND} interactions.log_interaction",
        sees=_CUSTOMERS["contact"],
        data={"contact_id": "{contact}", "to": ["anika@example.com"], "subject": "Hello", "body": "Text"},
    ),
    *row("/mails/{mail_id}", "GET", _SEE, mail_id="mail"),
    *row("/mails/{mail_id}/taking-back", "POST", _SEND, sees=_SEE, mail_id="mail"),
    *row("/mails/{mail_id}/repetition", "POST", _SEND, sees=_SEE, mail_id="failed_mail"),
    *row("/mail-accounts", "GET", _OWN, anywhere=True),
    *row("/mail-templates", "GET", _SEE, anywhere=True),
    *row("channels:tracking", "GET POST", _ACCOUNTS, anywhere=True),
    *row("channels:mail_opening", "GET", OPEN, token="nonsense", answers=(200,)),
    *row("channels:mail_link", "GET", OPEN, token="nonsense", answers=(404,)),
    *row("channels:accounts", "GET", _OWN, anywhere=True),
    *row("channels:account_new_own", "GET POST", _OWN, anywhere=True),
    *row("channels:account_new_shared", "GET POST", _ACCOUNTS, anywhere=True),
    *row("channels:account", "GET POST", _ACCOUNTS, **_HOUSE),
    *row("channels:providers", "GET", _ACCOUNTS, anywhere=True),
    *row("channels:provider_new", "GET POST", _ACCOUNTS, anywhere=True),
    *row("channels:provider", "GET POST", _ACCOUNTS, pk="mail_provider", anywhere=True),
    *row("channels:provider_deletion", "POST", _ACCOUNTS, pk="mail_provider", anywhere=True),
    *row("channels:account_signed_in", "GET", _OWN, anywhere=True),
    *row("channels:account_sign_in", "POST", _ACCOUNTS, **_HOUSE),
    *row("channels:account_trial", "POST", _ACCOUNTS, **_HOUSE),
    *row("channels:account_pause", "POST", _ACCOUNTS, **_HOUSE),
    *row("channels:account_kept_trial", "POST", _ACCOUNTS, **_HOUSE),
    *row("channels:signing_keys", "GET POST", _ACCOUNTS, anywhere=True),
    *row("channels:signing_key_use", "POST", _ACCOUNTS, pk="signing_key", anywhere=True),
    *row("channels:account_deletion", "POST", _ACCOUNTS, **_HOUSE),
    *row("channels:templates", "GET", _LETTERS, anywhere=True),
    *row("channels:template_new", "GET POST", _LETTERS, anywhere=True),
    *row("channels:template", "GET POST", _LETTERS, pk="letter", anywhere=True),
]
