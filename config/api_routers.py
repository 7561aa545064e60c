"""The routers of all apps, in the order of the documentation."""

from ninja import Router

from bandhu.billing.api import ROUTERS as BILLING
from bandhu.calendars.api import ROUTERS as CALENDARS
from bandhu.catalog.api import ROUTERS as CATALOG
from bandhu.channels.api import router as channels
from bandhu.channels.channel_api import router as other_channels
from bandhu.channels.letter_api import router as letters
from bandhu.channels.mailbox_api import router as mailboxes
from bandhu.channels.notice_api import router as channel_notices
from bandhu.channels.provider_api import router as mail_providers
from bandhu.contact_center.api import router as contact_center
from bandhu.customers.api import ROUTERS as CUSTOMERS
from bandhu.feedback.api import router as feedback
from bandhu.identity.api import router as identity
from bandhu.inbox.api import router as inbox
from bandhu.inbox.beginning_api import router as conversation_beginning
from bandhu.inbox.file_api import router as message_files
from bandhu.inbox.filing_api import router as conversation_filing
from bandhu.inbox.report_api import router as conversation_report
from bandhu.inbox.template_api import router as template_replies
from bandhu.integrations.api import router as integrations
from bandhu.interactions.api import router as interactions
from bandhu.knowledge.api import ROUTERS as KNOWLEDGE
from bandhu.platform.api import router as platform
from bandhu.privacy.api import router as privacy
from bandhu.quotes.api import ROUTERS as QUOTES
from bandhu.sales.analysis_api import router as sales_analysis
from bandhu.sales.api import ROUTERS as SALES
from bandhu.service.api import router as service
from bandhu.service.reports_api import router as service_reports
from bandhu.service.rules_api import router as ticket_rules
from bandhu.service.setup_api import router as service_setup
from bandhu.service.work_api import router as ticket_work
from bandhu.workspace.api import router as workspace

ROUTERS: list[Router] = [
    identity, *CUSTOMERS, privacy, *CATALOG, *KNOWLEDGE, interactions, *CALENDARS, channels, other_channels, channel_notices, letters, mailboxes, mail_providers, contact_center, inbox, conversation_beginning, conversation_filing, template_replies, message_files, conversation_report, *SALES, sales_analysis, service, ticket_work, service_reports, service_setup, ticket_rules, *QUOTES, *BILLING, feedback, platform, integrations, workspace,
]  # fmt: skip
