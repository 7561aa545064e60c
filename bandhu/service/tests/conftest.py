from bandhu.channels.tests.post_office import smtp_server  # noqa: F401
