"""How articles do: what is counted, what is not, and that each number has what it counts."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.identity.tests.cast import grant, make_user
from bandhu.inbox.tests.cast import make_desk, written_by
from bandhu.interactions.actions import write_message, write_note
from bandhu.knowledge import actions, queries
from bandhu.knowledge.models import ArticleDay, ArticleReply, ArticleSearch
from bandhu.knowledge.tests.cast import make_article, make_writer, translate
from bandhu.platform.day_spans import Span
from bandhu.platform.public_url import absolute

pytestmark = pytest.mark.django_db


@pytest.fixture
def mina():
    return make_writer()


@pytest.fixture
def article(mina):
    return make_article(mina)


def address_of(article, language="en"):
    return queries.languages_of(article.number, "staff")[language]


def this_month():
    today = timezone.localdate()
    return Span(today - timedelta(days=29), today + timedelta(days=1))


def figures(user, article):
    line = queries.article_line(user, article, this_month())
    return (line.views, line.helpful, line.unhelpful, line.replies, line.searches)


def test_readers_are_counted_by_day_and_language(mina, article):
    translate(mina, article, "bn", "ভিসা", "<p>দশ দিন।</p>")
    for language in ("en", "en", "bn"):
        assert Client().get(address_of(article, language)).status_code == 200
    assert list(ArticleDay.objects.order_by("language").values_list("language", "views")) == [
        ("bn", 1),
        ("en", 2),
    ]
    assert figures(mina, article)[0] == 3


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"user-agent": "Mozilla/5.0 HeadlessChrome/120"},
        {"sec-purpose": "prefetch;prerender"},
    ],
)
def test_machines_and_pages_fetched_beforehand_are_not_counted(article, headers):
    Client().get(address_of(article), headers=headers)
    assert not ArticleDay.objects.exists()


def test_colleagues_and_questions_after_the_head_alone_are_not_counted(client, mina, article):
    client.force_login(mina)
    client.get(address_of(article))
    Client().head(address_of(article))
    Client().get(address_of(article) + "?thanks=said")
    assert not ArticleDay.objects.exists()


@pytest.mark.parametrize(
    ("came_from", "kept"),
    [
        ("http://testserver/help/en/search/?q=Visa+Rules", ["visa rules"]),
        ("http://testserver/help/bn/search/?q=%E0%A6%AD%E0%A6%BF%E0%A6%B8%E0%A6%BE", ["ভিসা"]),
        ("http://testserver/help/en/search/?q=a@example.com", []),
        ("http://testserver/help/en/search/?q=01712345678", []),
        ("http://testserver/help/en/", []),
        ("https://elsewhere.example/help/en/search/?q=visa", []),
        ("http://[broken", []),
        ("http://testserver/help/en/search/?" + "q=x&" * 500, []),
    ],
)
def test_the_search_before_is_kept_where_it_was_ours(article, came_from, kept):
    assert Client().get(address_of(article), headers={"referer": came_from}).status_code == 200
    assert list(ArticleSearch.objects.values_list("term", flat=True)) == kept
    assert ArticleDay.objects.get().views == 1


def test_articles_in_answers_are_counted_and_open_their_conversations(mina, article):
    rupa, _kamal, rahima = make_desk()
    talk = written_by(rahima)
    address = absolute(address_of(article))
    html = f'<p>Look at <a href="{address}">this</a></p>'
    write_message(talk, actor=rupa, text=f"Look at {address}", html=html)
    write_note(talk, actor=rupa, text=address)
    write_message(
        talk, actor=rupa, text="https://elsewhere.example/help/en/articles/1-x and /help/en/articles/1"
    )
    assert ArticleReply.objects.count() == 1
    (shown,) = queries.answers_with(mina, article, this_month())
    assert shown.conversation == talk and str(talk.pk) in shown.url
    assert figures(mina, article)[3] == 1
    reporter = make_user("Rafi")
    grant(reporter, "knowledge.view_reports")
    (hidden,) = queries.answers_with(reporter, article, this_month())
    assert (hidden.conversation, hidden.url) == (None, "")


def test_the_numbers_are_those_of_the_period_and_the_pages_show_them(client, mina, article):
    text = article.texts.get()
    actions.rate_article(text, is_helpful=True)
    actions.rate_article(text, is_helpful=False, comment="Too short for <me>")
    actions.note_reading(text, "visa rules")
    ArticleDay.objects.create(
        article=article, language="en", day=timezone.localdate() - timedelta(days=90), views=40
    )
    assert figures(mina, article) == (1, 1, 1, 0, 1)
    other = make_article(mina, "Never read")
    lines = queries.article_lines(mina, this_month(), "views")
    assert [(one.article, one.views) for one in lines] == [(article, 1), (other, 0)]
    client.force_login(mina)
    page = client.get(reverse("knowledge:report_articles")).text
    one = reverse("knowledge:report_article", args=[article.pk])
    assert f'href="{one}#views"' in page and "Never read" in page
    opened = client.get(one).text
    for part in ("views", "helpful", "unhelpful", "replies", "searches"):
        assert f'id="{part}"' in opened
    assert "visa rules" in opened and "Too short for &lt;me&gt;" in opened
    long_ago = (timezone.localdate() - timedelta(days=100)).isoformat()
    assert (
        f'href="{one}?since={long_ago}#views"'
        in client.get(reverse("knowledge:report_articles"), {"since": long_ago}).text
    )


@pytest.mark.parametrize("asked", [{"since": "x"}, {"since": "2026-02-30"}, {"since": "2020-01-01", "until": "2026-01-01"}, {"since": "2026-02-01", "until": "2026-01-01"}])  # fmt: skip
def test_a_period_that_is_none_is_told(client, mina, article, asked):
    client.force_login(mina)
    assert client.get(reverse("knowledge:report_articles"), asked).status_code == 422
    assert client.get(reverse("knowledge:report_article", args=[article.pk]), asked).status_code == 422


def test_words_of_searches_go_after_a_year_and_a_bit(article):
    day = timezone.localdate() - timedelta(days=420)
    ArticleSearch.objects.create(article=article, term="visa", language="en", day=day)
    assert actions.tidy_searches() == 1


def test_programs_read_the_numbers_of_the_page(client, mina, article):
    other = make_article(mina)
    Client().get(address_of(article))
    client.force_login(mina)
    asked = {"since": str(this_month().since), "until": str(timezone.localdate())}
    found = client.get("/api/v1/article-report", asked | {"limit": 1}).json()
    assert [(one["article_id"], one["views"]) for one in found["items"]] == [(str(article.pk), 1)]
    rest = client.get("/api/v1/article-report", asked | {"after": found["next"]}).json()
    assert (str(other.pk), 0) in [(one["article_id"], one["views"]) for one in rest["items"]]
    one = client.get(f"/api/v1/article-report/{article.pk}", asked).json()
    assert [(day["language"], day["views"]) for day in one["days"]] == [("en", 1)]
    page = client.get(reverse("knowledge:report_article", args=[article.pk]), asked).context["line"]
    assert [one[name] for name in ("views", "helpful", "unhelpful", "replies", "searches")] == [
        page.views, page.helpful, page.unhelpful, page.replies, page.searches,
    ]  # fmt: skip
    for wrong in ({"since": "never"}, {"by": "colour"}, {"after": -1}):
        assert client.get("/api/v1/article-report", asked | wrong).status_code == 422, wrong
    client.force_login(make_user("Reader", role="read_only"))
    assert client.get("/api/v1/article-report", asked).status_code in (403, 404)
