"""What people type about mail: accounts, letters, a mail itself. Values are checked by the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bandhu.catalog.forms.checked import CheckedLater
from bandhu.channels.models import (
    History,
    Intake,
    MailAccount,
    MailProvider,
    MailTemplate,
    ProviderKind,
    Security,
    Sharing,
    Tracking,
)
from bandhu.channels.queries import sending_accounts, templates
from bandhu.channels.queries.tracking import PURPOSE as TRACKING
from bandhu.identity.models import Team, User
from bandhu.platform.languages import language
from bandhu.platform.models import StoredFile
from bandhu.privacy.queries import label_of_purpose, purposes

_HIDDEN = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})
_LEFT_TO_RIGHT = forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"})


# What only a mailbox of a team or of the house has.
_OF_THE_INBOX = ("aliases", "has_plus_addresses", "acknowledges")


def purpose_choices(user: User) -> list[tuple[str, str]]:
    """What a mail or message may be for; noting that it is read is no reason to write one."""
    return [(one.key, label_of_purpose(one)) for one in purposes(user) if one.key != TRACKING]


def _line(label: Any, most: int = 254, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most, **more)


class AccountForm(CheckedLater):
    """A mailbox: where it sends, where it is read, what becomes of what comes in."""

    name = _line(_("Name"), 120, help_text=_("As you know it, for example “My mailbox”."))
    address = _line(_("Mail address"), widget=_LEFT_TO_RIGHT)
    from_name = _line(_("Name in letters"), 120, help_text=_("What recipients see before the address."))
    smtp_host = _line(_("Server for sending (SMTP)"), 253, widget=_LEFT_TO_RIGHT)
    smtp_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=587)
    smtp_security = forms.ChoiceField(
        label=_("Encryption"), choices=Security.choices, initial=Security.STARTTLS
    )
    smtp_user = _line(_("User name"), widget=_LEFT_TO_RIGHT)
    smtp_password = _line(_("Password"), 500, widget=_HIDDEN, strip=False)
    imap_host = _line(_("Server for reading (IMAP)"), 253, widget=_LEFT_TO_RIGHT)
    imap_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993)
    imap_security = forms.ChoiceField(label=_("Encryption"), choices=Security.choices, initial=Security.TLS)
    imap_user = _line(_("User name"), widget=_LEFT_TO_RIGHT)
    imap_password = _line(_("Password"), 500, widget=_HIDDEN, strip=False)
    provider = forms.ModelChoiceField(
        label=_("How the mailbox is entered"), queryset=MailProvider.objects.all(), required=False, empty_label=_("With a password"),
        help_text=_("Some providers let programs in only after a sign-in with them, for reading and for sending."),
    )  # fmt: skip
    folder = _line(_("Folder"), 120, initial="INBOX", widget=_LEFT_TO_RIGHT)
    sent_folder = _line(
        _("Folder of sent mail"), 120, widget=_LEFT_TO_RIGHT,
        help_text=_("What you send from another program is filed too. Empty means it is not read."),
    )  # fmt: skip
    history = forms.ChoiceField(
        label=_("Earlier mail"), choices=History.choices, initial=History.NONE, required=False,
        help_text=_("What lay in the mailbox before it was connected: the newest comes first, and nobody is given work by it."),
    )  # fmt: skip
    history_days = forms.IntegerField(
        label=_("Days back"), min_value=1, max_value=36_500, initial=30, required=False
    )
    intake = forms.ChoiceField(label=_("What comes in"), choices=Intake.choices, initial=Intake.CUSTOMERS)
    aliases = _line(
        _("Further addresses"), 2_000, widget=_LEFT_TO_RIGHT,
        help_text=_("Mail to them comes in here too; separate them with commas. Answers leave from the one that was written to."),
    )  # fmt: skip
    has_plus_addresses = forms.BooleanField(
        label=_("The server delivers address+anything here"), required=False,
        help_text=_("Then answers are recognised by their address, even where a program forgets what it answers."),
    )  # fmt: skip
    acknowledges = forms.BooleanField(
        label=_("Tell who writes for the first time that the mail has come in"), required=False,
        help_text=_("Programs, lists and spam get no answer. The words stand among the letters."),
    )  # fmt: skip
    sharing = forms.ChoiceField(label=_("Colleagues see"), choices=Sharing.choices, initial=Sharing.SUBJECT)
    tracks = forms.BooleanField(
        label=_("Note whether mails from here are opened"), required=False,
        help_text=_("Only as far as the whole house does so and the contact allows it."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("Switched on"), required=False, initial=True)

    def __init__(
        self, *arguments: Any, account: MailAccount | None = None, own: bool, **keywords: Any
    ) -> None:
        if account is not None:
            keywords["initial"] = {name: getattr(account, name, "") for name in self.base_fields}
            keywords["initial"]["aliases"] = ", ".join(account.aliases)
        super().__init__(*arguments, **keywords)
        self._add_signatures(account)
        for kind in ("smtp", "imap"):
            if account is not None and getattr(account, f"{kind}_secret"):
                self.fields[f"{kind}_password"].help_text = _("Kept; write a new one to change it.")
        if own:
            offered = [one for one in Intake.choices if one[0] in (Intake.NOTHING, Intake.CUSTOMERS)]
            self.fields["intake"].choices = offered  # type: ignore[attr-defined]
            for name in _OF_THE_INBOX:
                del self.fields[name]
        else:
            self.fields["intake"].initial = Intake.CONVERSATIONS
            del self.fields["sharing"]

    def _add_signatures(self, account: MailAccount | None) -> None:
        for code, _name in settings.LANGUAGES:
            kept = account.signatures.get(code, "") if account else ""
            area = forms.Textarea(attrs={"rows": 4, "lang": code})
            label = language(code).own_name
            self.fields[f"signature_{code}"] = _line(label, 2_000, widget=area, initial=kept)

    def signatures(self) -> list[forms.BoundField]:
        """One field for each language."""
        return [self[name] for name in self.fields if name.startswith("signature_")]

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        data = dict(self.cleaned_data)
        texts = {name[10:]: data.pop(name) for name in list(data) if name.startswith("signature_")}
        data["signatures"] = texts
        if "aliases" in data:
            data["aliases"] = [one.strip() for one in data["aliases"].split(",") if one.strip()]
        for name in ("history", "history_days"):
            if not data.get(name):
                data.pop(name, None)
        return data

    def part(self, kind: str) -> list[forms.BoundField]:
        """The fields of one server: "smtp" or "imap"."""
        return [self[name] for name in self.fields if name.startswith(kind)]


class NewSharedAccountForm(AccountForm):
    """One of a team, or of the house."""

    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.all(), required=False, empty_label=_("The whole house")
    )


class ProviderForm(CheckedLater):
    """A provider whose mailboxes are entered by a sign-in there."""

    kind = forms.ChoiceField(label=_("Provider"), choices=ProviderKind.choices)
    name = _line(_("Name"), 120)
    client_id = _line(
        _("Client ID"), 300, widget=_LEFT_TO_RIGHT, help_text=_("What the provider calls this installation.")
    )
    client_secret = _line(_("Client secret"), 500, widget=_HIDDEN, strip=False)
    authorize_url = _line(_("Address for signing in"), 500, widget=_LEFT_TO_RIGHT)
    token_url = _line(_("Address for tokens"), 500, widget=_LEFT_TO_RIGHT)
    scopes = _line(_("What we ask for (scopes)"), 1_000, widget=_LEFT_TO_RIGHT)

    def __init__(self, *arguments: Any, provider: MailProvider | None = None, **keywords: Any) -> None:
        if provider is not None:
            keywords["initial"] = {name: getattr(provider, name, "") for name in self.base_fields}
        super().__init__(*arguments, **keywords)
        if provider is not None and provider.sealed_secret:
            self.fields["client_secret"].help_text = _("Kept; write a new one to change it.")

    def values(self) -> dict[str, Any]:
        """What `set_provider` takes."""
        return dict(self.cleaned_data)


class TrackingForm(CheckedLater):
    """What the whole house does."""

    mode = forms.ChoiceField(
        label=_("Opening of mails is noted"), choices=Tracking.choices, widget=forms.RadioSelect
    )


class TemplateForm(CheckedLater):
    """A letter in each language of the interface."""

    places = {"texts": "name"}

    name = _line(_("Name"), 120)
    purpose = forms.ChoiceField(label=_("What it is for"))
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(
        self, *arguments: Any, template: MailTemplate | None = None, user: User, **keywords: Any
    ) -> None:
        if template is not None:
            keywords["initial"] = _values_of(template)
        super().__init__(*arguments, **keywords)
        self.fields["purpose"].choices = purpose_choices(user)  # type: ignore[attr-defined]
        for code, _name in settings.LANGUAGES:
            self.fields[f"subject_{code}"] = _line(
                _("Subject"), 300, widget=forms.TextInput(attrs={"lang": code})
            )
            self.fields[f"body_{code}"] = _line(
                _("Text"), 50_000, widget=forms.Textarea(attrs={"rows": 8, "lang": code}), strip=False
            )

    def letters(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """(language's own name, subject, text) for each language."""
        return [
            (language(code).own_name, self[f"subject_{code}"], self[f"body_{code}"])
            for code, _name in settings.LANGUAGES
        ]

    def values(self) -> dict[str, Any]:
        """What `set_template` takes."""
        data = self.cleaned_data
        texts = {
            code: {"subject": data.get(f"subject_{code}", ""), "body": data.get(f"body_{code}", "")}
            for code, _name in settings.LANGUAGES
        }
        return {name: data.get(name) for name in ("name", "purpose", "is_active")} | {"texts": texts}


class LetterForm(CheckedLater):
    """Whom a mail is for and what it says. Several addresses stand behind one another, with commas between."""

    account = forms.ChoiceField(label=_("From"))
    to = _line(pgettext_lazy("mail", "To"), 5_000, widget=_LEFT_TO_RIGHT)
    cc = _line(pgettext_lazy("mail", "Copy"), 5_000, widget=_LEFT_TO_RIGHT)
    subject = _line(_("Subject"), 300)
    body = _line(_("Text"), 500_000, widget=forms.Textarea(attrs={"rows": 10}), strip=False)
    roles: tuple[str, ...] = ("to", "cc")

    def __init__(self, *arguments: Any, user: User, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.senders = list(sending_accounts(user))
        accounts = [(str(one.pk), f"{one.name} <{one.address}>") for one in self.senders]
        self.fields["account"].choices = accounts  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the actions take, but for the account."""
        data = self.cleaned_data
        people = {
            name: [one for one in (data.get(name) or "").split(",") if one.strip()] for name in self.roles
        }
        return people | {name: data.get(name) or "" for name in ("subject", "body")}


class MailForm(LetterForm):
    """A mail to a customer, begun from nothing or from a letter."""

    places = {"files": "enclosed", "uploads": "enclosed"}
    roles = ("to", "cc", "bcc")

    template = forms.ChoiceField(label=_("Begin from"), required=False)
    bcc = _line(_("Blind copy"), 5_000, widget=_LEFT_TO_RIGHT)
    purpose = forms.ChoiceField(label=_("What it is for"), initial="service")
    enclosed = forms.MultipleChoiceField(
        label=_("Enclose"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *arguments: Any, user: User, files: list[StoredFile], **keywords: Any) -> None:
        super().__init__(*arguments, user=user, **keywords)
        letters = [(str(one.pk), one.name) for one in templates(user)]
        self.fields["template"].choices = [("", "–"), *letters]  # type: ignore[attr-defined]
        self.fields["purpose"].choices = purpose_choices(user)  # type: ignore[attr-defined]
        self.fields["enclosed"].choices = [(str(one.pk), one.name) for one in files]  # type: ignore[attr-defined]
        self.offered = {str(one.pk): one for one in files}

    def values(self) -> dict[str, Any]:
        """What `write_mail` takes, but for the account and the uploads."""
        data = self.cleaned_data
        chosen = [self.offered[pk] for pk in data.get("enclosed") or ()]
        return super().values() | {"files": chosen, "purpose": data.get("purpose") or ""}


def _values_of(template: MailTemplate) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": str(template),
        "purpose": template.purpose,
        "is_active": template.is_active,
    }
    for code, text in template.texts.items():
        found |= {f"subject_{code}": text.get("subject", ""), f"body_{code}": text.get("body", "")}
    return found
