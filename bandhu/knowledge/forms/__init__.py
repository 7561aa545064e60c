from bandhu.knowledge.forms.articles import (
    ArticleForm,
    CategoryForm,
    HelpCentreForm,
    ImportForm,
    ScheduleForm,
    TextForm,
)
from bandhu.knowledge.forms.portal import DetailsForm

__all__ = [
    "ArticleForm",
    "CategoryForm",
    "DetailsForm",
    "HelpCentreForm",
    "ImportForm",
    "ScheduleForm",
    "TextForm",
]
