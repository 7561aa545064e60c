"""Articles in a conversation: proposed by what was asked, put in, and drafted from what was answered."""

import pytest
from django.urls import reverse

from bandhu.customers import actions as customers
from bandhu.identity.ready_made import system_user
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import make_user
from bandhu.inbox import actions, queries
from bandhu.inbox.tests.cast import make_desk, written_by
from bandhu.interactions import actions as interactions
from bandhu.knowledge.models import Article
from bandhu.knowledge.tests.cast import make_article, make_writer, translate

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(client):
    rupa, _kamal, rahima = make_desk()
    client.force_login(rupa)
    return client, rupa, rahima


@pytest.fixture
def visa():
    mina = make_writer()
    article = make_article(mina, "How to get a visa")
    translate(mina, article, "bn", "ভিসা কীভাবে পাবেন", "<p>দশ দিন লাগে। <a href='/help/bn/'>সাহায্য</a></p>")
    make_article(mina, "Visa tricks for colleagues", audience="staff")
    return article


def test_what_the_customer_asked_proposes_articles_in_their_language(desk, visa):
    client, rupa, rahima = desk
    talk = written_by(rahima, "আমার ভিসা কবে পাব?", subject="ভিসা")
    found = queries.articles_for(rupa, talk)
    assert [(one.article_id, one.language) for one in found] == [(visa.pk, "bn")], "and none for colleagues"
    page = client.get(reverse("inbox:articles", args=[talk.pk]), headers=HTMX).content.decode()
    assert "ভিসা কীভাবে পাবেন" in page
    given = client.get(reverse("inbox:article", args=[talk.pk, visa.pk])).json()
    assert given["title"] == "ভিসা কীভাবে পাবেন" and "দশ দিন লাগে।" in given["text"]
    assert '<a href="http' in given["html"] and 'href="/help' not in given["html"], "links work from a mail"


def test_what_is_looked_for_is_found_in_another_script(desk, visa):
    client, _rupa, rahima = desk
    talk = written_by(rahima, "something else")
    page = client.get(reverse("inbox:articles", args=[talk.pk]) + "?q=visa", headers=HTMX).content.decode()
    assert str(visa.pk) in page and "<h2" not in page
    none = client.get(reverse("inbox:articles", args=[talk.pk]) + "?q=zzqqy%00", headers=HTMX)
    assert b"No article answers this yet." in none.content


def answered(rahima, rupa):
    talk = written_by(rahima, "প্রিয় রূপা,\nআমি রহিমা খাতুন, ০১৭১২৩৪৫৬৭৮। ভিসা কবে পাব?", subject="ভিসা: রহিমা")
    interactions.write_message(talk, actor=rupa, text="প্রিয় রহিমা,\nদশ দিনে পাবেন।\n\nধন্যবাদ\nRupa Das")
    interactions.write_note(talk, actor=rupa, text="She is nervous.")
    return talk


def test_an_article_is_drafted_without_the_person(desk):
    client, rupa, rahima = desk
    talk = answered(rahima, rupa)
    told = client.post(reverse("inbox:article_draft", args=[talk.pk]), headers=HTMX)
    article = Article.objects.get()
    assert told.headers["HX-Redirect"] == reverse("knowledge:text_edit", args=[article.pk, "bn"])
    text = article.texts.get()
    assert (article.state, text.language, article.live_languages) == ("draft", "bn", [])
    assert "দশ দিনে পাবেন।" in text.body and "ভিসা কবে পাব?" in text.body
    for private in ("রহিমা", "০১৭১২", "Rupa", "nervous"):
        assert private not in text.body + text.title, private
    assert client.get(told.headers["HX-Redirect"]).status_code == 200


def test_what_was_taken_back_is_no_answer(desk):
    _client, rupa, rahima = desk
    talk = written_by(rahima, "How long does it take?")
    interactions.withdraw_message(interactions.write_message(talk, actor=rupa, text="A year."), actor=rupa)
    interactions.write_message(talk, actor=rupa, text="Ten days.")
    body = actions.draft_article([talk], actor=rupa).texts.get().body
    assert "Ten days." in body and "A year." not in body


def test_hostile_words_stay_words(desk):
    _client, rupa, _rahima = desk
    eve = customers.create_contact(actor=system_user(), full_name="<b>Eve</b>")
    talk = written_by(eve, "<script>alert(1)</script> why?", subject="<img src=x>")
    article = actions.draft_article([talk], actor=rupa)
    assert "<script" not in article.texts.get().body and "&lt;script" in article.texts.get().body


def test_only_who_writes_articles(desk):
    _client, _rupa, rahima = desk
    reader = make_user("Reader", role="read_only")
    with pytest.raises(Denied):
        actions.draft_article([written_by(rahima)], actor=reader)
    assert not Article.objects.exists()
