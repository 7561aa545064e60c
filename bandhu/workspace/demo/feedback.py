"""What customers of the demonstration thought of the help they got, over the last twelve weeks."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from bandhu.contact_center.models import QueueMember
from bandhu.feedback import actions
from bandhu.feedback.models import Asking, AskingState
from bandhu.identity.models import User
from bandhu.platform.ids import new_id
from bandhu.workspace.demo.customers import Book

ASKED, _SHARE_ANSWERED, _WEEKS = 120, 0.55, 12
_WORDS = {
    "en": ("Quick and friendly.", "I had to ask twice."),
    "bn": ("দ্রুত সাহায্য পেয়েছি, ধন্যবাদ।", "উত্তর পেতে দেরি হয়েছে।"),
    "ta": ("விரைவாக உதவினார்கள், நன்றி.", "இரண்டு முறை கேட்க வேண்டியிருந்தது."),
}


def gather_feedback(book: Book, actor: User, rng: Random) -> int:
    """Two surveys and what came back; returns how many customers answered."""
    after = actions.save_survey(actor=actor, name="After our help", low_at=2)
    yearly = actions.save_survey(
        actor=actor, name="Would you recommend us?", kind="nps", occasion="regularly", every_days=365
    )
    agents = [one.agent.user for one in QueueMember.objects.select_related("agent__user")]
    reachable = [one for one in book.contacts if one.primary_mail][:ASKED]
    rows = []
    for number, contact in enumerate(reachable):
        survey = yearly if number % 3 == 0 else after
        at = book.now - timedelta(days=rng.uniform(1, 7 * _WEEKS))
        row = Asking(
            id=new_id(at), survey=survey, contact=contact, company=contact.company, agent=rng.choice(agents),
            channel=rng.choice(("mail", "chat", "whatsapp")), language=contact.language or "en",
            state=AskingState.SENT, send_at=at, sent_at=at,
        )  # fmt: skip
        if rng.random() < _SHARE_ANSWERED:
            scores = survey.scale.scores
            row.score = min(scores[-1], max(scores[0], round(rng.gauss(scores[-1] * 0.87, scores[-1] * 0.2))))
            row.state, row.answered_at = AskingState.ANSWERED, at + timedelta(hours=rng.uniform(0.2, 30))
            good, bad = _WORDS.get(row.language, _WORDS["en"])
            row.comment = (good if row.score >= survey.scale.good_from else bad) if number % 4 == 0 else ""
        rows.append(row)
    Asking.objects.bulk_create(rows)
    return sum(row.score is not None for row in rows)
