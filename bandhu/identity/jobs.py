from bandhu.identity import audit_chain, mails
from bandhu.identity.models import Invitation
from bandhu.platform.queue import job


@job("identity.send_invitation")
def send_invitation(invitation_id: str) -> None:
    invitation = Invitation.objects.filter(pk=invitation_id, accepted_at=None, revoked_at=None).first()
    if invitation:
        mails.mail_invitation(invitation)


@job("identity.send_password_reset")
def send_password_reset(email: str) -> None:
    mails.mail_password_reset(email)


@job("identity.check_audit", attempts=2)
def check_audit() -> None:
    audit_chain.check_now()
