"""The past of a mailbox out of a file: how such files are read, and how their mails come in."""
