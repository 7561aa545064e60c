"""What published texts mean is worked out on the side, a few at a time, and again when their words or the model change."""

from __future__ import annotations

from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from bandhu.knowledge.meaning import STAMP, behind, is_on, passages_of
from bandhu.knowledge.models import ArticleMeaning, ArticleText
from bandhu.platform.embedding import embedder
from bandhu.platform.models import Setting
from bandhu.platform.queue import enqueue

_AT_ONCE = 32
_JOB = "knowledge.learn_meanings"


def learn_soon() -> None:
    """Have what is behind worked out, where the search goes by meaning; however often it is asked, one such job waits."""
    if is_on():
        enqueue(_JOB, lock=_JOB, queueing_lock=_JOB)


def learn_meanings() -> bool:
    """Work out some of what is behind; returns whether there is more. Nothing happens while it is switched off."""
    if not is_on():
        return False
    engine = embedder()
    texts = list(behind(engine.model)[: _AT_ONCE + 1])
    if made := [_meaning_of(text) for text in texts[:_AT_ONCE]]:
        with transaction.atomic():
            ArticleMeaning.objects.bulk_create(
                made,
                update_conflicts=True,
                unique_fields=["text"],
                update_fields=["version", "model", "parts", "vectors", "made_at"],
            )
            Setting.objects.update_or_create(name=STAMP, defaults={"value": uuid4().hex})
    return len(texts) > _AT_ONCE


def _meaning_of(text: ArticleText) -> ArticleMeaning:
    # Brings numpy, which only who works with vectors should carry.
    from bandhu.knowledge.meaning_vectors import as_bytes

    assert text.live is not None
    engine, parts = embedder(), passages_of(text.live)
    return ArticleMeaning(
        text=text, version=text.live.pk, model=engine.model, parts=len(parts),
        vectors=as_bytes(engine.passages(parts)), made_at=timezone.now(),
    )  # fmt: skip
