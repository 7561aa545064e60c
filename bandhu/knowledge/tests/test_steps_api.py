"""Review, versions, translations and the archive of an article, by the API."""

import pytest

from bandhu.identity.tests.api import caller
from bandhu.identity.tests.cast import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask():
    return caller(make_user("Boss", role="administrator"))


def state(article, language="en"):
    return next(one["state"] for one in article["texts"] if one["language"] == language)


def test_from_the_draft_by_review_to_a_version_and_back(ask):
    made = ask("POST", "/articles", {"title": "Rice", "body": "<p>Wash it.</p>"})[1]
    path = f"/articles/{made['id']}"
    assert state(ask("POST", f"{path}/texts/en/review")[1]) == "review"
    assert ask("POST", f"{path}/texts/en/review")[0] == 422
    assert state(ask("POST", f"{path}/texts/en/review/refusal", {"note": "Too short"})[1]) == "draft"
    assert ask("POST", f"{path}/texts/en/publication", {"note": "first"})[0] == 200
    ask("PUT", f"{path}/texts/en", {"body": "<p>Do not wash it.</p>"})
    ask("POST", f"{path}/texts/en/publication")
    versions = ask("GET", f"{path}/versions?language=en")[1]["items"]
    assert [(one["number"], one["note"]) for one in versions] == [(2, ""), (1, "first")]
    status, back, tag = ask("POST", f"{path}/versions/{versions[1]['id']}/restoration")
    assert status == 200 and "Wash it." in back["texts"][0]["body"] and back["texts"][0]["live_version"] == 2
    assert ask("POST", f"{path}/archiving", {}, **{"If-Match": '"v0"'})[0] == 412
    assert ask("POST", f"{path}/archiving", {}, **{"If-Match": tag})[1]["state"] == "archived"
    assert ask("POST", f"{path}/return")[1]["state"] != "archived"


def test_a_translation_is_said_to_be_up_to_date_and_taken_out(ask):
    made = ask("POST", "/articles", {"title": "Rice", "body": "<p>Wash it.</p>"})[1]
    path = f"/articles/{made['id']}"
    ask("PUT", f"{path}/texts/bn", {"title": "চাল", "body": "<p>ধুয়ে নিন।</p>"})
    for language in ("en", "bn"):
        ask("POST", f"{path}/texts/{language}/publication")
    ask("PUT", f"{path}/texts/en", {"body": "<p>Wash it twice.</p>"})
    assert ask("POST", f"{path}/texts/en/publication")[1]["behind"] == ["bn"]
    assert ask("POST", f"{path}/texts/bn/up-to-date")[1]["behind"] == []
    assert ask("POST", f"{path}/texts/en/removal")[0] == 422
    assert [one["language"] for one in ask("POST", f"{path}/texts/bn/removal")[1]["texts"]] == ["en"]
