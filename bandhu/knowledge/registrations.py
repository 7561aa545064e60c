"""Everything knowledge plugs into the house."""

from django.utils.translation import gettext_lazy as _

from bandhu.knowledge.kinds import ARTICLE
from bandhu.knowledge.models import ArticleFeedback, PortalAccount
from bandhu.knowledge.personal import (
    accounts_of_contact,
    feedback_of_contact,
    forget_accounts,
    forget_feedback,
)
from bandhu.knowledge.search_documents import ARTICLES
from bandhu.platform.merging import pointing_at
from bandhu.platform.record_kinds import record_for, register_record_kind
from bandhu.platform.registries import (
    ListTool,
    MenuEntry,
    Panel,
    PersonalData,
    Quick,
    register_file_owner,
    register_list_tool,
    register_live_topic,
    register_menu_entry,
    register_merge_handler,
    register_panel,
    register_permission,
    register_personal_data,
    register_quick_action,
    register_search_kind,
)

_GROUP = _("Knowledge")
_READERS = dict.fromkeys(("manager", "sales", "service", "marketing", "supervisor", "read_only"), "everyone")

register_permission(
    "knowledge.view_article", _("See articles"), group=_GROUP, has_reach=False, granted=_READERS
)
register_permission(
    "knowledge.write_article", _("Write articles"), group=_GROUP, has_reach=False,
    granted=dict.fromkeys(("manager", "service", "marketing", "supervisor"), "everyone"),
)  # fmt: skip
register_permission(
    "knowledge.review_article", _("Review articles"), group=_GROUP, has_reach=False,
    granted=dict.fromkeys(("manager", "supervisor"), "everyone"),
)  # fmt: skip
register_permission(
    "knowledge.publish_article", _("Publish and archive articles"), group=_GROUP, has_reach=False,
    granted=dict.fromkeys(("manager", "supervisor"), "everyone"),
)  # fmt: skip
register_permission(
    "knowledge.view_reports", _("See what readers looked for and said"), group=_GROUP, has_reach=False,
    granted=dict.fromkeys(("manager", "service", "marketing", "supervisor"), "everyone"),
)  # fmt: skip
register_permission(
    "knowledge.manage_help_centre", _("Set up the help centre and its categories"), group=_GROUP, has_reach=False,
    granted={"manager": "everyone"},
)  # fmt: skip
register_permission(
    "knowledge.manage_portal", _("Shut customers out of the portal"), group=_GROUP, has_reach=False,
    granted=dict.fromkeys(("manager", "supervisor"), "everyone"),
)  # fmt: skip

register_record_kind(ARTICLE)
register_search_kind(ARTICLES)
register_file_owner("article", lambda user, pk: record_for(user, "article", pk) is not None)
register_file_owner("help_centre", lambda user, _pk: user.holds("knowledge.manage_help_centre"))
register_live_topic("article", lambda user, pk: record_for(user, "article", pk) is not None)
register_merge_handler(pointing_at("contact", PortalAccount, "contact"))
register_merge_handler(pointing_at("contact", ArticleFeedback, "contact"))
register_personal_data(
    PersonalData(name="portal", label=_("Portal"), export=accounts_of_contact, erase=forget_accounts)
)
register_personal_data(
    PersonalData(
        name="article_feedback", label=_("Words about articles"), export=feedback_of_contact, erase=forget_feedback
    )
)  # fmt: skip

register_menu_entry(
    MenuEntry(
        name="articles", label=_("Articles"), icon="book-open-text", url_name="knowledge:articles",
        permission="knowledge.view_article", group="work", position=60,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="knowledge_report", label=_("What readers look for"), icon="search-x", url_name="knowledge:report",
        permission="knowledge.view_reports", group="insight", position=60,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="help_centre", label=_("Help centre"), icon="life-buoy", url_name="knowledge:settings",
        permission="knowledge.manage_help_centre", group="settings", position=60,
    )
)  # fmt: skip
register_panel(
    Panel(
        kind="contact", name="portal", title=_("Portal"), url_name="knowledge:contact_portal",
        permission="customers.view_contact", icon="circle-user-round", position=85,
    )
)  # fmt: skip
register_quick_action(
    Quick(
        name="new_article", label=_("New article"), icon="book-plus", url_name="knowledge:article_new",
        permission="knowledge.write_article", words="knowledge help faq write create",
    )
)  # fmt: skip
register_list_tool(
    ListTool(
        kind="article", label=_("Export as Markdown"), icon="download", url_name="knowledge:export",
        permission="knowledge.view_article",
    )
)  # fmt: skip
register_list_tool(
    ListTool(
        kind="article", label=_("Import Markdown"), icon="upload", url_name="knowledge:import",
        permission="knowledge.write_article",
    )
)  # fmt: skip
