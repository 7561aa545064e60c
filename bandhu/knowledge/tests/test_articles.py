"""Articles: written, reviewed, published, translated, brought back."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import make_user
from bandhu.knowledge import actions, queries
from bandhu.knowledge.models import ArticleText, ArticleVersion, State
from bandhu.knowledge.tests.cast import VISA, make_article, make_writer, translate
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.models import AuditEntry, EventRecord
from bandhu.platform.queries import search

pytestmark = pytest.mark.django_db


def test_a_new_article_is_a_draft_nobody_outside_sees():
    mina = make_writer()
    article = make_article(mina, publish=False)
    assert (article.state, article.languages, article.live_languages) == (State.DRAFT, ["en"], [])
    assert not queries.published("staff").exists()
    assert article.owner == mina
    assert EventRecord.objects.filter(name="knowledge.article_created").exists()


def test_numbers_are_given_in_order():
    mina = make_writer()
    assert [make_article(mina, f"Article {place}").number for place in range(3)] == [1, 2, 3]


def test_what_is_written_is_cleaned():
    mina = make_writer()
    body = '<h1>Big</h1><script>alert(1)</script><p onclick="x()">Words <img src="http://spy/x.png"><a href="javascript:alert(1)">a</a> <a href="/help/en/">b</a></p>'
    text = make_article(mina, body=body).texts.get()
    assert text.body == (
        '<h2>Big</h2><p>Words <a target="_blank" rel="noopener noreferrer nofollow ugc">a</a> <a href="/help/en/">b</a></p>'
    )


def test_publishing_keeps_a_version_and_a_second_time_changes_nothing():
    mina = make_writer()
    article = make_article(mina)
    first = article.texts.get().live
    again = actions.publish_text(article, actor=mina, language="en")
    assert again == first
    actions.write_text(article, actor=mina, language="en", body=VISA + "<p>And a fee.</p>")
    assert queries.article_at(article.number, "en", "public").live == first
    second = actions.publish_text(article, actor=mina, language="en", note="The fee")
    assert (second.number, second.note) == (2, "The fee")
    assert queries.article_at(article.number, "en", "public").live == second


def test_a_translation_falls_behind_when_the_source_moves_on():
    mina = make_writer()
    article = make_article(mina)
    translate(mina, article, "bn", "ভিসা কীভাবে পাবেন", "<p>দশ দিন লাগে।</p>")
    assert article.behind == []
    actions.write_text(article, actor=mina, language="en", body="<p>Twelve days.</p>")
    actions.publish_text(article, actor=mina, language="en")
    article.refresh_from_db()
    assert (article.behind, article.is_behind) == (["bn"], True)
    actions.mark_current(article, actor=mina, language="bn")
    article.refresh_from_db()
    assert article.behind == []


def test_a_small_correction_leaves_translations_as_they_are():
    mina = make_writer()
    article = make_article(mina)
    translate(mina, article, "ta", "விசா பெறுவது எப்படி", "<p>பத்து நாட்கள்.</p>")
    actions.write_text(article, actor=mina, language="en", body=VISA.replace("ten", "10"))
    actions.publish_text(article, actor=mina, language="en", is_small=True)
    article.refresh_from_db()
    assert article.behind == []


def test_review_goes_forth_and_back_and_tells_the_writer():
    mina, rafi = make_writer(), make_user("Rafi", role="service")
    article = make_article(mina, publish=False)
    actions.write_text(article, actor=rafi, language="en", title="How one gets a visa")
    actions.ask_for_review(article, actor=rafi, language="en")
    article.refresh_from_db()
    assert article.state == State.REVIEW
    actions.send_back(article, actor=mina, language="en", note="The fee is missing")
    article.refresh_from_db()
    assert article.state == State.DRAFT
    told = rafi.notification_set.get() if hasattr(rafi, "notification_set") else None
    assert told is None or told.values["reason"] == "The fee is missing"
    with pytest.raises(ValidationError):
        actions.send_back(article, actor=mina, language="en")


def test_writers_do_not_publish_and_readers_do_not_write():
    mina, writer, reader = (
        make_writer(),
        make_user("Rafi", role="service"),
        make_user("Tara", role="read_only"),
    )
    article = make_article(mina)
    with pytest.raises(Denied):
        actions.publish_text(article, actor=writer, language="en")
    with pytest.raises(Denied):
        actions.write_text(article, actor=reader, language="en", title="Mine")
    with pytest.raises(Denied):
        actions.create_category(actor=writer, names={"en": "Travel"})


def test_two_writers_of_one_text():
    mina = make_writer()
    article = make_article(mina)
    version = article.texts.get().version
    actions.write_text(article, actor=mina, language="en", version=version, title="Theirs")
    with pytest.raises(EditConflict) as caught:
        actions.write_text(article, actor=mina, language="en", version=version, title="Mine")
    assert caught.value.theirs == {"title": "Theirs"}
    assert article.texts.get().title == "Theirs"


def test_what_is_planned_goes_out_unless_it_was_changed():
    mina = make_writer()
    planned, changed = (make_article(mina, title, publish=False) for title in ("Planned", "Changed"))
    at = timezone.now() + timedelta(hours=1)
    for article in (planned, changed):
        actions.schedule_text(article, actor=mina, language="en", at=at)
    actions.write_text(changed, actor=mina, language="en", title="Changed after all")
    assert actions.publish_due() == 0
    ArticleText.objects.filter(publish_at__isnull=False).update(
        publish_at=timezone.now() - timedelta(minutes=1)
    )
    assert actions.publish_due() == 1
    assert [one.title for one in queries.published("public")] == ["Planned"]
    with pytest.raises(ValidationError):
        actions.schedule_text(changed, actor=mina, language="en", at=timezone.now() - timedelta(minutes=1))


def test_a_plan_of_somebody_who_may_no_more_publish_is_dropped():
    mina, rafi = make_writer(), make_user("Rafi", role="supervisor")
    article = make_article(mina, publish=False)
    actions.schedule_text(article, actor=rafi, language="en", at=timezone.now() + timedelta(hours=1))
    rafi.roles.clear()
    ArticleText.objects.update(publish_at=timezone.now() - timedelta(minutes=1))
    assert actions.publish_due() == 0
    assert article.texts.get().publish_at is None


def test_going_back_writes_the_old_words_into_the_draft():
    mina = make_writer()
    article = make_article(mina)
    actions.write_text(article, actor=mina, language="en", title="Newer", body="<p>Newer words.</p>")
    actions.publish_text(article, actor=mina, language="en")
    first = ArticleVersion.objects.get(number=1)
    text = actions.go_back_to(article, actor=mina, version_id=first.pk)
    assert (text.title, text.body, text.state) == (first.title, first.body, State.DRAFT)
    assert queries.article_at(article.number, "en", "public").live.title == "Newer"
    both = [str(one.pk) for one in queries.versions_of(mina, article)]
    words = queries.comparison(mina, article, both[0], both[1]).title
    assert ("gone", "How to get a visa") in words or any(kind == "gone" for kind, _words in words)


def test_archived_is_out_of_sight_and_comes_back():
    mina = make_writer()
    article = make_article(mina)
    actions.archive_article(article, actor=mina)
    assert not queries.published("staff").exists()
    actions.bring_back_article(article, actor=mina)
    assert queries.published("public").count() == 1


def test_the_house_s_search_finds_titles_in_the_other_script():
    mina = make_writer()
    article = make_article(mina, "Refund rules")
    translate(mina, article, "bn", "ভিসা ফেরত", "<p>নিয়ম</p>")
    hits = search(mina, "visa", kinds=["article"])
    assert [hit.record_id for hit in hits] == [article.pk]


def test_changes_stand_in_the_trail():
    mina = make_writer()
    article = make_article(mina)
    actions.change_article(article, actor=mina, audience="staff")
    entry = AuditEntry.objects.filter(record_id=article.pk).order_by("-pk").first()
    assert entry.changes["audience"] == ["public", "staff"]


@pytest.mark.parametrize(
    ("values", "field"),
    [({"title": " "}, "title"), ({"title": "x" * 301}, "title"), ({"language": "xx"}, "language"), ({"audience": "all"}, "audience"),
     ({"review_by": "soon"}, "review_by"), ({"position": "-1"}, "position"), ({"nonsense": 1}, "nonsense")],
)  # fmt: skip
def test_bad_values_are_told_by_field(values, field):
    mina = make_writer()
    with pytest.raises(ValidationError) as caught:
        actions.create_article(actor=mina, **({"title": "A title"} | values))
    assert field in caught.value.message_dict
