"""The articles of the world in which the matrix is tried."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from bandhu.identity.models import User
from bandhu.knowledge import actions as knowledge
from bandhu.knowledge.models import MissedSearch


def make_knowledge(maker: User) -> dict[str, Any]:
    """A staff article, which no stranger may read, and one for everybody."""
    shelf = knowledge.create_category(actor=maker, names={"en": "Zqqqy shelf"})
    words = {"body": "<p>Zqqqy words</p>", "category": shelf}
    article = knowledge.create_article(actor=maker, title="Zqqqy article", audience="staff", **words)
    open_article = knowledge.create_article(actor=maker, title="Zqqqy for all", **words)
    version = knowledge.publish_text(article, actor=maker, language="en")
    knowledge.publish_text(open_article, actor=maker, language="en")
    knowledge.write_text(article, actor=maker, language="bn", title="Zqqqy বাংলা")
    return {
        "article": article,
        "open_article": open_article,
        "article_version": version,
        "article_file": knowledge.attach_to_article(
            article, actor=maker, name="Zqqqy.txt", content=[b"Zqqqy"]
        ),
        "category": shelf,
        "empty_category": knowledge.create_category(actor=maker, names={"en": "Zqqqy empty"}),
        "missed": MissedSearch.objects.create(term="zqqqy", language="en", last_at=timezone.now()),
    }
