"""Mails others collected because programs read them wrongly: each is parsed here, and where the collection says what should come out, compared.

    python -m tests.bench.mail_corpora

The collections stand beside the repository (BANDHU_DATA_SETS); what is expected of them is written here in our own words.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

SETS = Path(os.environ.get("BANDHU_DATA_SETS") or Path(__file__).resolve().parents[3] / "shared" / "data")
_NOW = datetime(2030, 1, 1, tzinfo=UTC)
_NO_MAILS = {"SOURCE.txt", "LICENSE", "signature_train.data"}


@dataclass
class Count:
    """Of one collection: how many files, how many were read, and of those with an expected result how many match."""

    files: int = 0
    parsed: int = 0
    expected: int = 0
    matched: int = 0
    misses: list[str] = field(default_factory=list)

    def compare(self, name: str, *, is_match: bool) -> None:
        self.expected += 1
        self.matched += is_match
        if not is_match:
            self.misses.append(name)


def count_all() -> dict[str, Count]:
    """Collection → what came of it; those that are not there are left out."""
    found = {}
    for name, compare in _COLLECTIONS.items():
        if (SETS / name).exists():
            found[name] = count = Count()
            for path in files_of(name):
                _parse(path, count)
            if compare:
                compare(SETS / name, count)
    return found


def files_of(name: str) -> Iterator[Path]:
    """Every mail or text of a collection."""
    return (
        path for path in sorted((SETS / name).rglob("*")) if path.is_file() and path.name not in _NO_MAILS
    )


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()


def _parse(path: Path, count: Count) -> None:
    from bandhu.channels.folding import folded
    from bandhu.channels.mime import parse_mail
    from bandhu.channels.sign_offs import Sender
    from bandhu.platform.html_cleaning import clean_html

    count.files += 1
    parsed = parse_mail(path.read_bytes(), _NOW)
    sender = Sender(parsed.sender_name, parsed.sender)
    folded(parsed.text, sender=sender)
    folded(html=clean_html(parsed.html), sender=sender)
    "".join((parsed.text, parsed.subject, parsed.sender_name)).encode("utf-8")
    count.parsed += 1


def _words(text: str) -> str:
    return " ".join(text.split())


def _zapier(folder: Path, count: Count) -> None:
    """What each text is to show: its first and last words, as its own project's tests ask."""
    from bandhu.channels.folding import folded

    for name, (begin, end) in ZAPIER.items():
        visible = _words(folded((folder / f"{name}.txt").read_text(encoding="utf-8")).visible)
        count.compare(name, is_match=visible.startswith(begin) and visible.endswith(end))


def _talon(folder: Path, count: Count) -> None:
    from bandhu.channels.folding import folded
    from bandhu.channels.mime import parse_mail
    from bandhu.channels.sign_offs import Sender

    for path in sorted((folder / "standard_replies").glob("*.eml")):
        beside = path.with_name(f"{path.stem}_reply_text")
        wanted = beside.read_text(encoding="utf-8") if beside.exists() else "Hello"
        mail = parse_mail(path.read_bytes(), _NOW)
        found = folded(mail.text, sender=Sender(mail.sender_name, mail.sender))
        count.compare(path.name, is_match=_words(f"{found.visible}\n{found.signature}") == _words(wanted))
    for path in sorted((folder / "html_replies").glob("*.html")):
        found = folded(html=path.read_bytes().decode("utf-8", "replace"))
        shown = _words(_text(found.visible + found.signature))
        count.compare(path.name, is_match=shown == "Hi. I am fine. Thanks, Alex")
    _talon_signatures(folder, count)


def _talon_signatures(folder: Path, count: Count) -> None:
    """What is to be folded away of six mails as their signature, nothing of the one that has none.

    Four of them begin their signature without any mark, and one with a long line of dashes; who sent each stands beside it.
    """
    from bandhu.channels.folding import folded
    from bandhu.channels.sign_offs import Sender

    for path in sorted((folder / "signature" / "emails" / "stripped").glob("*_body")):
        wanted = path.with_name(path.name.replace("_body", "_signature"))
        # "#sig#" marks lines for the collection's own training; no mail has it.
        body, signature = (one.read_text(encoding="utf-8").replace("#sig#", "") for one in (path, wanted))
        sender = Sender(
            path.with_name(path.name.replace("_body", "_sender")).read_text(encoding="utf-8").strip()
        )
        found = folded(body, sender=sender)
        count.compare(f"signature of {path.name}", is_match=_words(found.signature) == _words(signature))


def _reports(folder: Path, count: Count) -> None:
    """Every delivery report is recognised as one."""
    from bandhu.channels.automatic import report_in
    from bandhu.channels.mime import parse_mail

    for path in sorted((folder / "multipart_report_emails").glob("*")):
        report = report_in(parse_mail(path.read_bytes(), _NOW))
        is_dsn = "delivery-status" in path.read_bytes().decode("latin-1").lower()
        count.compare(path.name, is_match=(report is not None) == is_dsn)


def _text(html: str) -> str:
    from bandhu.platform.html_cleaning import plain_text

    return plain_text(html)


_COLLECTIONS: dict[str, Callable[[Path, Count], None] | None] = {
    "email_cpython": None,
    "email_mikel_mail": _reports,
    "email_reply_parser_zapier": _zapier,
    "email_talon": _talon,
}
ZAPIER = {
    "correct_sig": ("this is an email", "correct -- signature."),
    "email_1_1": ("Hi folks", "using the Java HTTP API."),
    "email_1_2": ("Hi, On Tue", 'delete them all individually."'),
    "email_1_3": ("Oh thanks.", "would be great."),
    "email_1_4": ("Awesome!", "problem with it."),
    "email_1_5": ("One: Here's", "on for a while."),
    "email_1_6": ("I get proper rendering as well.", "torch of pixels"),
    "email_1_7": (":+1:", ":+1:"),
    "email_1_8": ("On Tue, Apr 29", "and under this."),
    "email_2_1": ("Outlook with a reply", "Outlook with a reply"),
    "email_2_2": ("Outlook with a reply directly", "directly above line"),
    "email_2_3": ("Outlook with a reply above", "unusual format"),
    "email_BlackBerry": ("Here is another email", "another email"),
    "email_bullets": ("test 2 this should", "and another"),
    "email_gmail": ("This is a test for inbox", "to a github message."),
    "email_headers_no_delimiter": ("And another reply!", "And another reply!"),
    "email_iPhone": ("Here is another email", "another email"),
    "email_multi_word_sent_from_my_mobile_device": ("Here is another email", "another email"),
    "email_one_is_not_on": ("Thank, this", "when I run..."),
    "email_partial_quote_header": ("On your remote host", "tunnel is not working."),
    "email_sent_from_my_not_signature": ("Here is another email", "then my mobile phone."),
    "email_sig_delimiter_in_middle_of_line": ("Hi there!", "kthxbai"),
    "greedy_on": ("On your remote host", "tunnel is not working."),
    "pathological": ("I think you're onto", "back to a computer."),
}


def main() -> int:
    """One line a collection; 1 where a file could not be read."""
    _set_up()
    counts = count_all()
    for name, count in counts.items():
        print(
            f"{name}: {count.parsed} of {count.files} read; {count.matched} of {count.expected} as expected"
        )
        for miss in count.misses:
            print(f"  not as expected: {miss}")
    return int(any(count.parsed != count.files for count in counts.values()))


if __name__ == "__main__":
    sys.exit(main())
