"""Which texts mean what somebody asks: what words alone do not find. Off until the help centre's settings switch it on.

Everything happens in this process: a question is embedded, then compared with every vector kept of what is published. How many there
are, what that costs, and why no index stands in the database: ADR 0025.
"""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F, QuerySet

from bandhu.knowledge.article_html import words_of
from bandhu.knowledge.brand import SETTING, brand_of
from bandhu.knowledge.models import ArticleText, ArticleVersion
from bandhu.platform import embedding
from bandhu.platform.models import Setting

if TYPE_CHECKING:
    from bandhu.knowledge.meaning_vectors import Known

# Changes whenever a vector does, in the same transaction: what a process has read is then out of date.
STAMP = "knowledge.meanings"
# Measured, see ADR 0025. Under the first likeness nothing is shown; the model puts all texts near each other, so what lies above it often
# answers and sometimes does not. Above the second it nearly always does.
LEAST_LIKELY, SURELY = 0.83, 0.85
_MOST_FOUND = 200
_LONGEST_QUESTION = 1_000
_MOST_PARTS, _LONGEST_PART = 8, 1_000
_SECTION = re.compile(r"(?=<h[2-6][\s>])")

_lock = threading.Lock()
_known: dict[str, Known] = {}


def is_on() -> bool:
    """Whether the search goes by meaning: chosen by an administrator, and possible here."""
    return embedding.is_installed() and _settings()[0]


def nearest(question: str) -> dict[UUID, float]:
    """Texts that mean what is asked, with their likeness (LEAST_LIKELY to 1); {} while it is off. Who may read them is asked elsewhere."""
    asked = question.strip()[:_LONGEST_QUESTION]
    if not asked or not embedding.is_installed():
        return {}
    on, stamp = _settings()
    if not on or not stamp:
        return {}
    engine = embedding.embedder()
    return _read(stamp, engine.model).nearest(engine.question(asked), LEAST_LIKELY, _MOST_FOUND)


def passages_of(version: ArticleVersion) -> list[str]:
    """What is embedded of a text: its title with the summary, then each section under the title; a long section in pieces."""
    parts = [f"{version.title}. {version.summary}".strip()]
    for section in _SECTION.split(version.body):
        words = words_of(section)
        while words and len(parts) < _MOST_PARTS:
            cut = words.rfind(" ", 0, _LONGEST_PART) if len(words) > _LONGEST_PART else len(words)
            cut = cut if cut > 0 else _LONGEST_PART
            parts.append(f"{version.title}. {words[:cut]}")
            words = words[cut:].strip()
    return parts


def published_texts() -> QuerySet[ArticleText]:
    """What some reader can see."""
    return ArticleText.objects.filter(live__isnull=False, article__archived_at=None)


def behind(model: str) -> QuerySet[ArticleText]:
    """Published texts whose vectors are missing, or made of other words or by another model."""
    rows = published_texts().exclude(meaning__version=F("live_id"), meaning__model=model)
    return rows.select_related("live").order_by("pk")


def _settings() -> tuple[bool, str]:
    """Whether it is switched on, and the stamp of what is kept."""
    rows: dict[str, Any] = dict(
        Setting.objects.filter(name__in=(SETTING, STAMP)).values_list("name", "value")
    )
    return brand_of(rows.get(SETTING)).by_meaning, str(rows.get(STAMP) or "")


def _read(stamp: str, model: str) -> Known:
    """The vectors of the house; read again when the stamp says so, by one thread while others wait."""
    # Brings numpy: loaded by who searches by meaning, and by nobody else.
    from bandhu.knowledge.meaning_vectors import read_known

    with _lock:
        key = f"{stamp} {model}"
        if key not in _known:
            _known.clear()
            _known[key] = read_known(model)
        return _known[key]
