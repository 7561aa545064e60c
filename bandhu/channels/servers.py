"""Talking to mail servers: connections that go to checked addresses, and a clear sentence for everything that goes wrong.

Names are resolved once and every address is checked, as for webhooks (platform/web_addresses.py); TLS still verifies the
name that was asked for.
"""

from __future__ import annotations

import imaplib
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from bandhu.channels.kept_words import SERVER_SENTENCES, kept
from bandhu.channels.models import MailAccount, Security
from bandhu.channels.oauth import OAuthError, access_token
from bandhu.channels.wire import wire_address
from bandhu.platform.vault import unsealed
from bandhu.platform.web_addresses import WebAddressError, allows_inside, checked_addresses

PORTS = frozenset({25, 143, 465, 587, 993})
TIMEOUT_SECONDS = 20.0
_LONGEST_LINE = 16_000_000
SECRETS = "channels.mail_account"


class MailServerError(Exception):
    """A server could not be used: `code` (a key of SERVER_SENTENCES), `message` translated, `said` in the server's words."""

    def __init__(self, code: str, said: object = "") -> None:
        super().__init__(code)
        self.code, self.message, self.said = code, SERVER_SENTENCES[code], _words(said)

    def __str__(self) -> str:
        return f"{self.message} ({self.said})" if self.said else str(self.message)

    @property
    def kept(self) -> str:
        """In English, as it is written down; `kept_words.in_readers_language` says it to people."""
        return kept(self.code, self.said)


@dataclass
class Handed:
    """How a mail fared: addresses accepted, and those refused with (code, words).

    `is_unknown`: the connection broke after the content had left and before the server's word on it.
    """

    accepted: list[str] = field(default_factory=list)
    refused: dict[str, tuple[int, str]] = field(default_factory=dict)
    is_unknown: bool = False


@contextmanager
def smtp(account: MailAccount) -> Iterator[smtplib.SMTP]:
    """Signed in and ready to take a mail. Raises MailServerError."""
    with _said_clearly():
        tls = account.smtp_security == Security.TLS
        server: smtplib.SMTP = (
            _TlsSmtp(context=_context(), timeout=TIMEOUT_SECONDS) if tls else _Smtp(timeout=TIMEOUT_SECONDS)
        )
        # smtplib verifies this name under STARTTLS and sets it only in its constructor.
        server._host = account.smtp_host  # type: ignore[attr-defined]
        try:
            code, said = server.connect(account.smtp_host, account.smtp_port)
            if code != 220:
                raise MailServerError("protocol", said)
            server.ehlo_or_helo_if_needed()
            if account.smtp_security == Security.STARTTLS:
                if not server.has_extn("starttls"):
                    raise MailServerError("no_tls")
                server.starttls(context=_context())
                server.ehlo()
            if account.provider_id and account.smtp_user:
                _sign_in_by_token(server, account)
            elif account.smtp_user:
                server.login(account.smtp_user, _secret(account.smtp_secret))
            yield server
            with suppress(smtplib.SMTPException, OSError):  # what was said before counts already
                server.quit()
        finally:
            server.close()


@contextmanager
def imap(account: MailAccount) -> Iterator[imaplib.IMAP4]:
    """Signed in, no folder chosen yet. Raises MailServerError."""
    with _said_clearly():
        kind = _TlsImap if account.imap_security == Security.TLS else _Imap
        server = kind(account.imap_host, account.imap_port, timeout=TIMEOUT_SECONDS)
        try:
            if account.imap_security == Security.STARTTLS:
                if "STARTTLS" not in server.capabilities:
                    raise MailServerError("no_tls")
                server.starttls(_context())
            _sign_in(server, account)
            yield server
            with suppress(imaplib.IMAP4.error, OSError):
                server.logout()
        finally:
            # Behind a logout the line is closed already, and imaplib stumbles over that.
            with suppress(OSError):
                server.shutdown()


def hand_over(
    account: MailAccount, recipients: Sequence[str], content: bytes, before_data: Callable[[], None]
) -> Handed:
    """Give one mail to the account's server for all `recipients`; `before_data` is called when none can be called back any more.

    Raises MailServerError when nothing was handed over.
    """
    handed = Handed()
    with smtp(account) as server:
        is_utf8 = not all(address.isascii() for address in (account.address, *recipients))
        options = ["SMTPUTF8"] if is_utf8 and server.has_extn("smtputf8") else []
        code, said = server.mail(wire_address(account.address), options)
        if code != 250:
            handed.refused = dict.fromkeys(recipients, (code, _words(said)))
            return handed
        for address in recipients:
            code, said = server.rcpt(wire_address(address))
            if code in (250, 251):
                handed.accepted.append(address)
            else:
                handed.refused[address] = (code, _words(said))
        if handed.accepted:
            _give_content(server, content, handed, before_data)
    return handed


def _give_content(
    server: smtplib.SMTP, content: bytes, handed: Handed, before_data: Callable[[], None]
) -> None:
    before_data()
    try:
        code, said = server.data(content)
    except smtplib.SMTPDataError as error:  # it was not even asked for
        code, said = error.smtp_code, error.smtp_error  # type: ignore[assignment]
    except (OSError, smtplib.SMTPException):
        handed.is_unknown = True
        return
    if code != 250:
        handed.refused |= dict.fromkeys(handed.accepted, (code, _words(said)))
        handed.accepted = []


def _sign_in(server: imaplib.IMAP4, account: MailAccount) -> None:
    user = account.imap_user or account.address
    try:
        if account.provider_id:
            said = _bearer(user, account)
            # A refusal comes as a question first, which an empty word answers.
            words: Iterator[bytes] = iter([said])
            server.authenticate("XOAUTH2", lambda _question: next(words, b""))
            return
        server.login(user, _secret(account.imap_secret))
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise MailServerError("sign_in", error) from None


def _sign_in_by_token(server: smtplib.SMTP, account: MailAccount) -> None:
    said = _bearer(account.smtp_user, account).decode()
    server.auth("XOAUTH2", lambda question=None: said if question is None else "")


def _bearer(user: str, account: MailAccount) -> bytes:
    """What XOAUTH2 says: who, and the token that lets them in."""
    try:
        token = access_token(account)
    except OAuthError as error:
        raise MailServerError(error.code, error.said) from None
    return f"user={user}\x01auth=Bearer {token}\x01\x01".encode()


def _secret(kept: str) -> str:
    secret = unsealed(kept, SECRETS)
    if kept and not secret:
        raise MailServerError("key_lost")
    return secret


@contextmanager
def _said_clearly() -> Iterator[None]:
    try:
        yield
    except WebAddressError as error:
        raise MailServerError(error.code if error.code in SERVER_SENTENCES else "unknown_host") from None
    except smtplib.SMTPAuthenticationError as error:
        raise MailServerError("sign_in", error.smtp_error) from None
    except (smtplib.SMTPServerDisconnected, imaplib.IMAP4.abort) as error:
        raise MailServerError("broken_off", error) from None
    except (smtplib.SMTPException, imaplib.IMAP4.error) as error:
        raise MailServerError("protocol", error) from None
    except socket.gaierror:
        raise MailServerError("unknown_host") from None
    except TimeoutError:
        raise MailServerError("no_answer") from None
    except ConnectionRefusedError:
        raise MailServerError("refused") from None
    except ssl.SSLCertVerificationError as error:
        raise MailServerError("certificate", error.verify_message) from None
    except ssl.SSLError as error:
        raise MailServerError("no_tls", error.reason or "") from None
    except OSError as error:
        raise MailServerError("broken_off", error) from None


def _connect(host: str, port: int, timeout: float) -> socket.socket:
    if allows_inside():
        return socket.create_connection((host, port), timeout)
    refused: OSError = ConnectionRefusedError()
    for address in checked_addresses(host, port, PORTS):
        try:
            return socket.create_connection((str(address), port), timeout)
        except OSError as error:
            refused = error
    raise refused


def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _words(said: object) -> str:
    """A server's own words; the standard library's exceptions carry them as bytes, last."""
    told = said.args[-1] if isinstance(said, Exception) and said.args else said
    text = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:200]


# The standard library's own places for another socket: smtplib._get_socket and imaplib._create_socket.
class _Smtp(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return _connect(host, port, timeout)


class _TlsSmtp(smtplib.SMTP_SSL):
    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        return self.context.wrap_socket(_connect(host, port, timeout), server_hostname=host)  # type: ignore[attr-defined]


class _LongLines(imaplib.IMAP4):
    """The numbers of all mails of a mailbox come in one line: longer than the standard library's megabyte."""

    def readline(self) -> bytes:
        line = bytes(self.file.readline(_LONGEST_LINE + 1))  # type: ignore[arg-type]
        if len(line) > _LONGEST_LINE:
            raise self.error("a line without end")
        return line


class _Imap(_LongLines):
    def _create_socket(self, timeout: float) -> socket.socket:
        return _connect(self.host, self.port, timeout)


class _TlsImap(_LongLines):
    def _create_socket(self, timeout: float) -> socket.socket:
        return _context().wrap_socket(_connect(self.host, self.port, timeout), server_hostname=self.host)
