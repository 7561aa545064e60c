from bandhu.channels.tests.dovecot import dovecot_server  # noqa: F401
from bandhu.channels.tests.post_office import imap_server, smtp_server  # noqa: F401
