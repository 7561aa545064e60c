"""What knowledge does when others publish."""

from uuid import UUID

from bandhu.identity.events import UserDeactivated
from bandhu.identity.queries import who_takes_over
from bandhu.identity.ready_made import system_user
from bandhu.knowledge.actions import change_article, learn_soon
from bandhu.knowledge.events import ArticleChanged, ArticlePublished
from bandhu.knowledge.meaning import is_on
from bandhu.knowledge.models import Article
from bandhu.platform.events import subscribe
from bandhu.platform.models import EventRecord


@subscribe(UserDeactivated, wanted=lambda event: bool(getattr(event, "hand_over_to", "")))
def hand_over_articles(event: UserDeactivated, record: EventRecord) -> None:
    """Whose account is closed leaves no article without somebody who looks after it."""
    new_owner = who_takes_over(event)
    if new_owner is None:
        return
    for article in Article.objects.filter(owner_id=UUID(event.user_id)).iterator(chunk_size=500):
        change_article(article, actor=system_user(), owner=new_owner)


@subscribe(ArticlePublished, wanted=lambda _event: is_on())
def learn_what_is_published(event: ArticlePublished, record: EventRecord) -> None:
    """So that it is found by what it means, too."""
    learn_soon()


@subscribe(ArticleChanged, wanted=lambda event: "state" in getattr(event, "fields", ()))
def learn_what_came_back(event: ArticleChanged, record: EventRecord) -> None:
    """An article that was archived may have missed a change of the model."""
    learn_soon()
