from bandhu.channels.tests.post_office import imap_server, smtp_server  # noqa: F401
