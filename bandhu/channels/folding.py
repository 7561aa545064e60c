"""What somebody wrote in a mail, apart from the mail they answer below it and from their signature: the page folds those two away.

HTML is read as the lines a person sees, so that one set of rules serves both kinds. Only the end of a mail is folded: answers
written between the lines of a quotation stay with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bandhu.channels.mail_lines import Line, lines_of_html, lines_of_text
from bandhu.channels.sign_offs import MOST_SIGNED_LINES, NOBODY, Sender, where_sign_off_begins
from bandhu.platform.html_cleaning import clean_html

# "On … wrote:" breaks over a few lines, where addresses are long.
MOST_HEAD_LINES = 4
_FOLDED_FROM = 400_000
# Of lines that look like the head of a quotation, so many are looked into.
_MOST_LOOKS = 60

_MARKER = re.compile(
    r"^[#\-=_*\s]*(?:please )?(?:type|write|add) your (?:reply|answer) above this line[#\-=_*\s.]*$|^\s*#{2,}- .{5,120} -#{2,}\s*$",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"^[\s>*]*-{2,}\s*(?:original message|forwarded message|reply message|message d'origine|mensaje original|mensagem original|"
    r"ursprüngliche nachricht|weitergeleitete nachricht|messaggio originale|oorspronkelijk bericht|исходное сообщение|"
    r"пересылаемое сообщение|original meddelande|oprindelig meddelelse|原始邮件|元のメッセージ|মূল বার্তা|அசல் செய்தி)\s*-{2,}[\s*]*$",
    re.IGNORECASE,
)
# The line above a quotation, as programs write it in their languages.
_WROTE = (
    r"^[\s>]*on\b.{6,300}\bwrote\s*:?\s*$", r"^[\s>]*(?:le|am|el|em|op|il|den|dne|dnia)\b.{6,300}"
    r"(?:a écrit|schrieb[^:]{0,80}|escribió|escreveu|schreef[^:]{0,80}|ha scritto|skrev[^:]{0,80}|napsal\(?a?\)?|napisał\(?a?\)?)\s*:?\s*$",
    r"^[\s>]*\d{1,4}[./-]\d{1,2}[./-]\d{1,4}.{3,300}(?:wrote|писал\(?а?\)?|написал\(?а?\)?|пишет|skrev|a écrit|schrieb|<[^<>\s]+@[^<>\s]+>)\s*:\s*$",
    r"^[\s>]*\d{1,4}[./-]\d{1,2}[./-]\d{1,4}.{3,300}пользователь.{3,200}написал\(?а?\)?\s*:\s*$",
    r"^[\s>]*(?:mon|tue|wed|thu|fri|sat|sun)\w*,.{10,300}(?:<[^<>\s]+@[^<>\s]+>|wrote)\s*:\s*$",
    r"^[\s>]*\d{4}年.{3,200}[：:]\s*$", r"^.{6,200}(?:লিখেছেন|লিখেছে|எழுதியது|எழுதினார்|ने लिखा|写道|のメール|님이 작성)\s*[：:]\s*$",
)  # fmt: skip
_HEAD = re.compile("|".join(f"(?:{one})" for one in _WROTE), re.IGNORECASE | re.DOTALL)
_BEGINS_HEAD = re.compile(
    r"^[\s>]*(?:on|le|am|el|em|op|il|den|dne|dnia|mon|tue|wed|thu|fri|sat|sun)\w{0,7}\b|^[\s>]*\d{1,4}[./年-]|^.{6,200}[：:]\s*$",
    re.IGNORECASE,
)
# The block of headers Outlook and others put above what they quote.
_FIELD = re.compile(
    r"^[\s>*]*(?:from|sent|to|cc|subject|date|reply-to|von|gesendet|an|betreff|datum|de|envoyé|à|objet|enviado(?: el)?|para|asunto|assunto|"
    r"da|inviato|a|oggetto|van|verzonden|aan|onderwerp|от|отправлено|кому|тема|дата|from email|প্রেরক|প্রতি|বিষয়|அனுப்புநர்|பெறுநர்|பொருள்|发件人|收件人|主题|差出人|宛先|件名)"
    r"\s*\*?\s*[:：]",
    re.IGNORECASE,
)
_FIRST_FIELD = re.compile(
    r"^[\s>*]*(?:from|date|von|de|da|van|от|প্রেরক|அனுப்புநர்|发件人|差出人)\s*\*?\s*[:：]", re.IGNORECASE
)
_RULE = re.compile(r"^[\s*]*[-_=]{5,}[\s*]*$")
_SIGNED = re.compile(r"^(?:--\s*|—|__+\s*)$")
_SENT_FROM = re.compile(
    r"^\s*(?:sent (?:from my|from (?=outlook|mail|yahoo|samsung|proton|mobile|gmail|iphone|ipad)|via|with) ?[\w.’'-]+(?: [\w.’'-]+){0,5}|get outlook for .{2,20}|von meinem .{2,30} gesendet|"
    r"envoyé de mon .{2,30}|enviado desde mi .{2,30}|отправлено с .{2,30})\.?\s*$",
    re.IGNORECASE,
)
_BY_NAME = re.compile(r"^\s?[-–—] ?[^\W\d_][\w.']*(?: [^\W\d_][\w.']*){0,3}\s*$")


@dataclass(frozen=True)
class Folded:
    """`visible` is always shown; `signature` and `quoted` are folded away. Joined they are the whole mail. HTML where HTML was given."""

    visible: str
    signature: str = ""
    quoted: str = ""
    is_html: bool = False

    @property
    def hidden(self) -> str:
        return (
            f"{self.signature}{self.quoted}"
            if self.is_html
            else "\n".join(filter(None, (self.signature, self.quoted)))
        )


def folded(
    text: str = "", html: str = "", *, sender: Sender = NOBODY, cleaner: Callable[[str], str] = clean_html
) -> Folded:
    """Divide a mail by its HTML where that is given (cleaned here), else by its text. What is quotation alone is visible as a whole.

    Who sent it (`sender`) tells a signature that bears no mark. `cleaner` is another than the house's where pictures are to stay; what it
    has cleaned once it must leave as it is.
    """
    if html:
        clean = cleaner(html)
        lines = lines_of_html(clean[:_FOLDED_FROM])
        signed, quoted = _cuts(lines, sender)
        visible, signature, rest = _cut(clean, lines, signed, quoted)
        return Folded(cleaner(visible), cleaner(signature), cleaner(rest), is_html=True)
    lines = lines_of_text(text[:_FOLDED_FROM])
    signed, quoted = _cuts(lines, sender)
    visible, signature, rest = (one.strip("\n").rstrip() for one in _cut(text, lines, signed, quoted))
    return Folded(visible, signature, rest)


def _cut(source: str, lines: Sequence[Line], signed: int, quoted: int) -> tuple[str, str, str]:
    first = lines[signed].start if signed < len(lines) else len(source)
    second = lines[quoted].start if quoted < len(lines) else len(source)
    return source[:first], source[first:second], source[second:]


def _cuts(lines: Sequence[Line], sender: Sender) -> tuple[int, int]:
    """Where the signature begins and where the quotation does, as numbers of lines; the number of all lines where there is none."""
    quoted = _where_quotation_begins(lines)
    if not any(one.text.strip() for one in lines[:quoted]):
        return len(lines), len(lines)
    signed = where_sign_off_begins(lines, _where_signature_begins(lines, quoted), sender)
    if not any(one.text.strip() for one in lines[:signed]):
        signed = quoted
    return signed, quoted


def _where_quotation_begins(lines: Sequence[Line]) -> int:
    looks = 0
    for number, line in enumerate(lines):
        if not line.text.strip():
            continue
        if looks > _MOST_LOOKS:
            break
        if _MARKER.match(line.text) or _ORIGINAL.match(line.text) or _is_head_block(lines, number):
            return _with_rule_above(lines, number)
        if length := _head_length(lines, number):
            looks += 1
            if _is_rest_quoted(lines, number + length):
                return number
        elif line.is_quoted and not (number and lines[number - 1].is_quoted):
            looks += 1
            if _is_rest_quoted(lines, number):
                return number
    return len(lines)


def _head_length(lines: Sequence[Line], number: int) -> int:
    """Of how many lines "On … wrote:" consists here; 0 where it is none."""
    if not _BEGINS_HEAD.match(lines[number].text):
        return 0
    joined = ""
    for length, line in enumerate(lines[number : number + MOST_HEAD_LINES], 1):
        joined = f"{joined} {line.text.strip().lstrip('> ')}".strip()
        if _HEAD.match(joined):
            return length
        if not line.text.strip():
            return 0
    return 0


def _is_head_block(lines: Sequence[Line], number: int) -> bool:
    """ "From: …" with at least two more headers right below."""
    if not _FIRST_FIELD.match(lines[number].text):
        return False
    below = [one.text for one in lines[number + 1 : number + 12] if one.text.strip()][:6]
    return sum(bool(_FIELD.match(one)) for one in below[:4]) >= 2


def _is_rest_quoted(lines: Sequence[Line], number: int) -> bool:
    """Whether what follows is one quotation: nothing of the writer's stands behind it but a signature, or it bears no marks at all."""
    rest = [one for one in lines[number:] if one.text.strip()]
    if not any(one.is_quoted for one in rest):
        return bool(rest)
    last = max(position for position, one in enumerate(rest) if one.is_quoted)
    inside = sum(not one.is_quoted for one in rest[:last])
    behind = rest[last + 1 :]
    is_signature = not behind or (
        len(behind) <= MOST_SIGNED_LINES
        and bool(_SIGNED.match(behind[0].text) or _RULE.match(behind[0].text))
    )
    return inside <= len(rest) // 20 and is_signature and rest[0].is_quoted


def _where_signature_begins(lines: Sequence[Line], end: int) -> int:
    """Above the quotation: behind "--", "Sent from my …", or the name alone behind a dash."""
    shown = [number for number in range(end) if lines[number].text.strip()]
    begin = end
    for position, number in reversed(list(enumerate(shown))):
        text = lines[number].text
        if len(shown) - position > MOST_SIGNED_LINES:
            break
        is_last = begin == shown[position + 1] if position + 1 < len(shown) else True
        if _SIGNED.match(text) or (is_last and (_SENT_FROM.match(text) or _is_name_alone(lines, number))):
            begin = number
    return begin


def _is_name_alone(lines: Sequence[Line], number: int) -> bool:
    """Of a list announced above it the only item looks the same."""
    if not lines[number].is_apart or not _BY_NAME.match(lines[number].text):
        return False
    above = next((one.text.strip() for one in reversed(lines[:number]) if one.text.strip()), "")
    return bool(above) and not above.endswith((":", "："))


def _with_rule_above(lines: Sequence[Line], number: int) -> int:
    """A line of dashes right above belongs to what it divides off."""
    above = number - 1
    while above >= 0 and not lines[above].text.strip():
        above -= 1
    return above if above > 0 and _RULE.match(lines[above].text) else number
