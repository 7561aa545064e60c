"""What happens to mails. Ids are texts; what was written stands in none of them."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from bandhu.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class _Mail:
    mail_id: str
    account_id: str | None
    contact_id: str | None
    company_id: str | None


@dataclass(frozen=True, kw_only=True)
class MailReceived(_Mail, Event, name="channels.mail_received", sentence=_("A mail was received")):
    """`intake` is what the account's mail is for; `is_automatic` covers out-of-office answers, reports and bounces.

    `calendar_method` is REPLY where a guest answers an invitation, REQUEST for an invitation, and so on.
    """

    thread_id: str
    intake: str
    is_automatic: bool
    calendar_method: str = ""


@dataclass(frozen=True, kw_only=True)
class MailSent(_Mail, Event, name="channels.mail_sent", sentence=_("A mail was sent")):
    pass


@dataclass(frozen=True, kw_only=True)
class MailTakenBack(
    _Mail, Event, name="channels.mail_taken_back", sentence=_("A mail was taken back before it left")
):
    pass


@dataclass(frozen=True, kw_only=True)
class MailFailed(_Mail, Event, name="channels.mail_failed", sentence=_("A mail could not be sent")):
    """`state` is "failed", or "unknown" where nobody can say whether the server took it."""

    state: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class MailBounced(_Mail, Event, name="channels.mail_bounced", sentence=_("A mail came back")):
    """`mail_id` is the mail that was sent."""

    address: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class MailOpened(_Mail, Event, name="channels.mail_opened", sentence=_("A mail was opened")):
    """For the first time, as far as that was noted and allowed."""


@dataclass(frozen=True, kw_only=True)
class MailClicked(_Mail, Event, name="channels.mail_clicked", sentence=_("A link of a mail was followed")):
    """For the first time, as far as that was noted and allowed."""


@dataclass(frozen=True, kw_only=True)
class ChannelFailing(Event, name="channels.channel_failing", sentence=_("A channel does not work any more")):
    channel_id: str
    kind: str
    problem: str


@dataclass(frozen=True, kw_only=True)
class ChannelRecovered(Event, name="channels.channel_recovered", sentence=_("A channel works again")):
    channel_id: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class NoticeKeptBack(
    Event, name="channels.notice_kept_back", sentence=_("A channel's notice could not be read and is kept")
):
    channel_id: str
    notice_id: str
    problem: str


@dataclass(frozen=True, kw_only=True)
class MailTemplateChanged(
    Event, name="channels.mail_template_changed", sentence=_("A letter to begin from was set up")
):
    """`change` is created or changed; `key` names a ready-made letter. What it says is not in it."""

    template_id: str
    key: str
    title: str
    languages: list[str]
    is_active: bool
    change: str
