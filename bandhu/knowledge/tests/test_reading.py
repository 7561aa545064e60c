"""What readers find: by audience, language and script."""

import pytest

from bandhu.identity.results import OutOfReach
from bandhu.identity.tests.cast import make_user
from bandhu.knowledge import actions, queries
from bandhu.knowledge.tests.cast import make_article, make_writer, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def mina():
    return make_writer()


def found(question, language="en", audience="public"):
    return [hit.title for hit in queries.search(question, language, audience)]


@pytest.mark.parametrize("question", ["visa", "ভিসা", "விசா", "Visa?", "VISA passport"])
def test_a_word_is_found_in_every_script(mina, question):
    make_article(mina)
    make_article(mina, "How to pay", body="<p>By card or in cash.</p>")
    assert found(question) == ["How to get a visa"]


@pytest.mark.parametrize("question", ["passport", "পাসপোর্ট", "பாஸ்போர்ட்"])
def test_so_is_a_word_of_the_text(mina, question):
    article = make_article(mina, "কাগজপত্র", language="bn", body="<p>সঙ্গে পাসপোর্ট আনবেন।</p>")
    assert [hit.article_id for hit in queries.search(question, "bn", "public")] == [article.pk]


def test_titles_stand_before_texts_and_every_article_once_in_the_reader_s_language(mina):
    in_text = make_article(mina, "Journeys", body="<p>You may need a visa.</p>")
    in_title = make_article(mina, "Visa")
    translate(mina, in_title, "bn", "ভিসা", "<p>ভিসা লাগে।</p>")
    hits = queries.search("visa", "bn", "public")
    assert [(hit.article_id, hit.language) for hit in hits] == [(in_title.pk, "bn"), (in_text.pk, "en")]


def test_nonsense_and_hostile_questions_find_nothing(mina):
    make_article(mina)
    for question in ("", "   ", "%", "_", "' OR 1=1 --", "qqqzzz", "\\", "x" * 5_000, "\x01"):
        assert found(question) == []


def test_who_may_read_what(mina):
    for audience in ("public", "customers", "staff"):
        make_article(mina, f"Visa for {audience}", audience=audience)
    titles = {who: set(found("visa", audience=who)) for who in ("public", "customers", "staff")}
    assert titles["public"] == {"Visa for public"}
    assert titles["customers"] == {"Visa for public", "Visa for customers"}
    assert len(titles["staff"]) == 3


def test_suggestions_never_give_staff_articles_to_strangers(mina):
    make_article(mina, "Visa tricks", audience="staff")
    public = make_article(mina, "Visa")
    question = "Hello, I wanted to ask how long a visa takes, thank you"
    assert [hit.article_id for hit in queries.suggest(None, question, "en", "staff")] == [public.pk]
    assert len(queries.suggest(mina, "visa", "en", "staff")) == 2
    nobody = make_user("Nobody")
    nobody.roles.clear()
    assert queries.suggest(nobody, "visa", "en", "staff") == []


def test_an_article_for_a_reply(mina):
    article = make_article(mina)
    translate(mina, article, "bn", "ভিসা", "<p>দশ দিন।</p>")
    given = queries.article_for_reply(mina, article.pk, "bn")
    assert (given["title"], given["language"]) == ("ভিসা", "bn")
    assert "<p>দশ দিন।</p>" in given["html"] and "/help/bn/articles/" in given["url"]
    assert queries.article_for_reply(mina, article.pk, "fr")["language"] == "en"
    secret = make_article(mina, "Inside", audience="staff")
    with pytest.raises(OutOfReach):
        queries.article_for_reply(mina, secret.pk, "en")


def test_words_that_found_nothing_are_counted_without_what_is_nobody_s_business(mina):
    for _time in range(3):
        actions.note_missed("Tourist  Visa", "en")
    for private in ("me@example.com", "4111 1111 1111 1111", "a", "+880 1712 345678"):
        actions.note_missed(private, "en")
    assert [(one.term, one.language, one.times) for one in queries.missed_searches(mina)] == [
        ("tourist visa", "en", 3)
    ]


def test_shelves_show_only_what_can_be_read(mina):
    travel = actions.create_category(actor=mina, names={"en": "Travel", "bn": "ভ্রমণ"})
    inner = actions.create_category(actor=mina, names={"en": "Visa"}, parent=travel)
    actions.create_category(actor=mina, names={"en": "Empty"})
    make_article(mina, category=inner)
    make_article(mina, "Secret", category=travel, audience="staff")
    shelves, loose = queries.shelves("en", "public")
    assert [(one.name, one.how_many) for one in shelves] == [("Travel", 1)]
    assert loose == []
    assert queries.shelves("bn", "public")[0] == []
    shelf, path = queries.shelf_at(inner.key, "en", "public")
    assert (shelf.name, [one.name for one in path]) == ("Visa", ["Travel"])
