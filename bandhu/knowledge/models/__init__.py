from .articles import (
    PICTURE,
    Article,
    ArticleMeaning,
    ArticleText,
    ArticleVersion,
    ArticleWord,
    Audience,
    Category,
    State,
)
from .readers import ArticleFeedback, MissedSearch
from .readings import ArticleDay, ArticleReply, ArticleSearch
from .visitors import PortalAccount, PortalLink, PortalSession

__all__ = [
    "PICTURE",
    "Article",
    "ArticleDay",
    "ArticleFeedback",
    "ArticleMeaning",
    "ArticleReply",
    "ArticleSearch",
    "ArticleText",
    "ArticleVersion",
    "ArticleWord",
    "Audience",
    "Category",
    "MissedSearch",
    "PortalAccount",
    "PortalLink",
    "PortalSession",
    "State",
]
