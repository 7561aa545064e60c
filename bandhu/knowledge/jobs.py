"""What knowledge does on the side."""

from bandhu.knowledge import actions, mails
from bandhu.knowledge.models import PortalLink
from bandhu.platform.queue import job, periodic


@job("knowledge.send_portal_links", attempts=3)
def send_portal_links(address: str, language: str) -> None:
    """To an address nobody has, nothing is sent."""
    if links := actions.make_links(address):
        mails.mail_sign_in(address, links, language)


@job("knowledge.send_mail_proof", attempts=3)
def send_mail_proof(link_id: str, language: str) -> None:
    link = PortalLink.objects.filter(pk=link_id, used_at=None).select_related("account__contact").first()
    if link:
        mails.mail_proof(link, language)


@periodic("* * * * *", "knowledge.publish_due")
def publish_due(timestamp: int) -> None:
    actions.publish_due()


@periodic("17 3 * * *", "knowledge.tidy")
def tidy(timestamp: int) -> None:
    actions.tidy_portal()
    actions.tidy_missed()
    actions.tidy_searches()
    actions.learn_soon()


@job("knowledge.learn_meanings", attempts=3)
def learn_meanings() -> None:
    if actions.learn_meanings():
        actions.learn_soon()
