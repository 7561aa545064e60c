"""Mail with customers: accounts of users, teams and the house, the outbox, and what comes in.

Owns mail accounts, mails with their recipients, templates, addresses that refused.
Publishes MailReceived, MailSent, MailFailed, MailBounced.
"""
