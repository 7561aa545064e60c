"""Quotation and signature apart from what was written, in text and in HTML; and what collections of mails expect of it."""

import os
import time
from datetime import UTC, datetime

import pytest

from bandhu.channels.folding import folded
from bandhu.channels.quoting import Quoted, letter_texts
from bandhu.platform.html_cleaning import plain_text
from bandhu.platform.tests.data_sets import data_set


@pytest.mark.parametrize(
    "head",
    [
        "On Mon, 2 Nov 2026 at 10:11, Rupa <rupa@example.com> wrote:",
        "On Mon, 2 Nov 2026 at 10:11, Rupa of Bandhu Traders\n<rupa@example.com>\nwrote:",
        "Am 02.11.2026 um 10:11 schrieb Rupa:",
        "Le lun. 2 nov. 2026 à 10:11, Rupa <rupa@example.com> a écrit :",
        "El lun, 2 nov 2026 a las 10:11, Rupa (<rupa@example.com>) escribió:",
        '02.11.2026, 10:11, "Rupa" <rupa@example.com>:',
        "২ নভেম্বর, ২০২৬ তারিখে রূপা লিখেছেন:",
        "2026, நவ. 2 அன்று ரூபா எழுதியது:",
        "2026年11月2日(月) 10:11 Rupa <rupa@example.com>:",
    ],
)
def test_the_mail_below_is_folded_in_any_language(head):
    found = folded(f"চাল পেয়েছি, ধন্যবাদ।\n\n{head}\n> Your rice\n> is ready.\n")
    assert found.visible == "চাল পেয়েছি, ধন্যবাদ।"
    assert found.quoted.startswith(head) and found.signature == ""


def test_answers_between_the_lines_stay():
    text = "Hello,\n> Do you want rice?\nYes.\n> And sugar?\nNo.\n"
    assert folded(text).visible == text.strip() and folded(text).hidden == ""


def test_a_mail_that_is_nothing_but_a_quotation_is_shown():
    assert folded("> only this").visible == "> only this"


def test_signatures_are_folded_too():
    found = folded("Yes.\n\n-- \nRupa\nBandhu Traders\n\nOn Mon, 2 Nov 2026, Rahima wrote:\n> Rice?\n")
    assert (found.visible, found.signature) == ("Yes.", "-- \nRupa\nBandhu Traders")
    assert folded("Here it is -- or not.\nBye").signature == ""


def test_a_reply_marker_divides():
    found = folded("Yes.\n##- Please type your reply above this line -##\nOld words")
    assert (found.visible, found.quoted.splitlines()[0]) == (
        "Yes.",
        "##- Please type your reply above this line -##",
    )


def test_html_is_cut_where_a_person_sees_the_quotation_begin():
    page = (
        "<div>Yes, <b>please</b>.<br></div><div>On Mon, 2 Nov 2026 at 10:11, Rupa &lt;rupa@example.com&gt; wrote:<br>"
        "<blockquote>Rice?<script>alert(1)</script></blockquote></div>"
    )
    found = folded(html=page)
    assert plain_text(found.visible) == "Yes, please." and "Rice?" in found.quoted
    assert found.is_html and "<script" not in found.hidden and "Rice" not in found.visible


def test_outlooks_block_of_headers():
    found = folded("Fine.\n\nFrom: Rupa\nSent: Monday\nTo: Rahima\nSubject: Rice\n\nIs it fine?")
    assert found.visible == "Fine."


def test_our_own_answers_fold_again():
    quoted = Quoted("Rahima", datetime(2026, 11, 2, tzinfo=UTC), "Rice?", "")
    for language in ("en", "bn", "ta"):
        text, html = letter_texts(
            text="Yes.", html="<p>Yes.</p>", signature="Rupa", quoted=quoted, language=language
        )
        assert folded(text).visible == "Yes."
        assert plain_text(folded(html=html).visible) == "Yes."


def test_when_a_quoted_mail_came_is_told_on_the_readers_clock():
    late = datetime(2026, 11, 22, 23, 45, tzinfo=UTC)
    for zone, told in (("", "২৩ নভে, ২০২৬"), ("America/New_York", "২২ নভে, ২০২৬")):
        quoted = Quoted("রহিমা", late, "?", "")
        text, _html = letter_texts(text="হ্যাঁ", html="", signature="", quoted=quoted, language="bn", zone=zone)
        assert told in text


@pytest.mark.parametrize(
    "line", ["On a wrote:\n", "> x\ny\n", "From: a\n", "-- \n", "On " + "x" * 400 + "\n", "<div>" * 50]
)
def test_no_text_keeps_it_busy(line):
    began = time.process_time()
    folded(line * 4_000)
    folded(html=f"<p>{line}</p>" * 2_000)
    assert time.process_time() - began < 20


def test_the_collections_are_read_whole_and_match_as_measured():
    os.environ["BANDHU_DATA_SETS"] = str(data_set("email_talon").parent)
    from tests.bench import mail_corpora

    counts = mail_corpora.count_all()
    assert {name: count.parsed for name, count in counts.items()} == {
        name: count.files for name, count in counts.items()
    }
    matched = {name: count.matched for name, count in counts.items() if count.expected}
    assert matched["email_mikel_mail"] >= 5
    assert matched["email_reply_parser_zapier"] >= 24
    assert matched["email_talon"] >= 26
