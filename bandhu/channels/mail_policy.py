"""How the standard library reads mails for us: no header without end, no parameter in a charset that a stranger makes up."""

from __future__ import annotations

from email._policybase import Compat32
from email.message import Message
from typing import Any

from bandhu.channels.charsets import text_of_bytes

# A thousand recipients.
MAX_HEADER = 60_000
# The library looks at the parameters of these as often as there are signs in them, and a mail may have as many as it has parts.
_WITH_PARAMETERS, MAX_PARAMETERS = ("content-type", "content-disposition"), 4_000


class _Post(Message):
    def get_param(
        self, param: str, failobj: Any = None, header: str = "content-type", unquote: bool = True
    ) -> Any:
        """As the library's, in words: file names, charsets and boundaries that name a charset of their own (RFC 2231) are decoded here."""
        found = super().get_param(param, failobj, header, unquote)
        if not isinstance(found, tuple):
            return found
        charset, _language, text = found
        return text_of_bytes(str(text).encode("raw-unicode-escape", "replace"), str(charset or ""))


class _Bounded(Compat32):
    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[: MAX_PARAMETERS if name.lower() in _WITH_PARAMETERS else MAX_HEADER]


MAIL = _Bounded(message_factory=_Post)
