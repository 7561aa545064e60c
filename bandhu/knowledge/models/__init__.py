from .articles import PICTURE, Article, ArticleText, ArticleVersion, ArticleWord, Audience, Category, State
from .readers import ArticleFeedback, MissedSearch
from .visitors import PortalAccount, PortalLink, PortalSession

__all__ = [
    "PICTURE",
    "Article",
    "ArticleFeedback",
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
