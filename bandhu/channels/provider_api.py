"""REST: providers whose mailboxes are entered by a sign-in there, and the keys mails are signed with. Secrets go in, or are made here, and
never come out; the ETag stands for what an answer shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.channels import actions, queries
from bandhu.channels.models import MailProvider, SigningKey
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.rest import Given, PageOf, YesNo, answers, changes_in, held_as_read, stamped

router = Router(tags=["mail"])
MANAGE = "channels.manage_accounts"
_PROVIDER, _KEY = "/mail-providers/{provider_id}", "/signing-keys/{key_id}"


class MailProviderOut(Schema):
    """A provider by what it calls this installation. `kind`: google, microsoft or other; whether its secret is stored, never the secret."""

    id: UUID
    kind: str
    name: str
    client_id: str
    has_secret: bool
    authorize_url: str
    token_url: str
    scopes: str

    @staticmethod
    def resolve_has_secret(provider: MailProvider) -> bool:
        return bool(provider.sealed_secret)


class MailProviderPatch(Given):
    """What is not sent stays; so does the secret. Addresses and scopes are those of another provider: Google's and Microsoft's are known."""

    kind: str | None = Field(None, max_length=10)
    name: str | None = Field(None, max_length=120)
    client_id: str | None = Field(None, max_length=300)
    client_secret: str | None = Field(None, max_length=500)
    authorize_url: str | None = Field(None, max_length=500)
    token_url: str | None = Field(None, max_length=500)
    scopes: str | None = Field(None, max_length=1_000)


class MailProviderIn(MailProviderPatch):
    """A kind and what the provider calls this installation."""

    kind: str = Field(max_length=10)
    client_id: str = Field(max_length=300)


class SigningKeyOut(Schema):
    """A key of a domain: `dns_text` is to stand in the DNS at `dns_name` before it signs. The secret half is shown to nobody."""

    id: UUID
    domain: str
    selector: str
    dns_name: str
    dns_text: str
    is_active: bool
    created_at: datetime


class SigningKeyIn(Given):
    """A domain at which one of the house's mailboxes has its address."""

    domain: str = Field(max_length=253)


class SigningKeyUse(Given):
    """Whether mails of the domain are signed with it."""

    is_active: YesNo


@router.get("/mail-providers", response=answers(PageOf[MailProviderOut]))
def list_mail_providers(request: HttpRequest) -> Any:
    """All of them, by name."""
    require_anywhere(request.user, MANAGE)
    return {"items": list(queries.providers(request.user)[:500]), "next": None}


@router.post("/mail-providers", response=answers(MailProviderOut, 201))
def create_mail_provider(request: HttpRequest, response: HttpResponse, payload: MailProviderIn) -> Any:
    """Make one; mailboxes name it in `provider_id`, and their owners sign in on the page."""
    made = actions.set_provider(None, actor=request.user, **changes_in(payload))
    return Status(201, stamped(response, MailProviderOut, made))


@router.get(_PROVIDER, response=answers(MailProviderOut))
def get_mail_provider(request: HttpRequest, response: HttpResponse, provider_id: UUID) -> Any:
    """One."""
    require_anywhere(request.user, MANAGE)
    return stamped(response, MailProviderOut, queries.provider_for(request.user, provider_id))


@router.patch(_PROVIDER, response=answers(MailProviderOut))
def change_mail_provider(
    request: HttpRequest, response: HttpResponse, provider_id: UUID, payload: MailProviderPatch
) -> Any:
    """Change what is sent."""
    require_anywhere(request.user, MANAGE)
    found = queries.provider_for(request.user, provider_id)
    with held_as_read(request, MailProviderOut, found):
        names = ("kind", "name", "client_id", "authorize_url", "token_url", "scopes")
        whole = {name: getattr(found, name) for name in names}
        changed = actions.set_provider(found, actor=request.user, **whole | changes_in(payload))
    return stamped(response, MailProviderOut, changed)


@router.delete(_PROVIDER, response=answers(None, 204))
def delete_mail_provider(request: HttpRequest, provider_id: UUID) -> Any:
    """It goes; its mailboxes ask for a password again."""
    require_anywhere(request.user, MANAGE)
    found = queries.provider_for(request.user, provider_id)
    with held_as_read(request, MailProviderOut, found):
        actions.delete_provider(found, actor=request.user)
    return Status(204, None)


@router.get("/signing-keys", response=answers(PageOf[SigningKeyOut]))
def list_signing_keys(request: HttpRequest) -> Any:
    """The keys mails are signed with (DKIM), by domain."""
    require_anywhere(request.user, MANAGE)
    return {"items": list(queries.signing_keys(request.user)[:500]), "next": None}


@router.post("/signing-keys", response=answers(SigningKeyOut, 201))
def make_signing_key(request: HttpRequest, response: HttpResponse, payload: SigningKeyIn) -> Any:
    """A new pair for a domain, not in use yet. The domain's former key, if there is one, is replaced and signs no more."""
    made = actions.make_signing_key(actor=request.user, domain=payload.domain)
    return Status(201, stamped(response, SigningKeyOut, made))


@router.get(_KEY, response=answers(SigningKeyOut))
def get_signing_key(request: HttpRequest, response: HttpResponse, key_id: UUID) -> Any:
    """One."""
    return stamped(response, SigningKeyOut, _key(request, key_id))


@router.patch(_KEY, response=answers(SigningKeyOut))
def use_signing_key(
    request: HttpRequest, response: HttpResponse, key_id: UUID, payload: SigningKeyUse
) -> Any:
    """Sign with it from now on, or no more. Put its text into the DNS first: signatures nobody can check do harm."""
    found = _key(request, key_id)
    with held_as_read(request, SigningKeyOut, found):
        changed = actions.use_signing_key(found, actor=request.user, is_active=payload.is_active)
    return stamped(response, SigningKeyOut, changed)


def _key(request: HttpRequest, key_id: UUID) -> SigningKey:
    require_anywhere(request.user, MANAGE)
    return queries.signing_key_for(request.user, key_id)
