"""The mechanisms everything stands on.

Owns events and their delivery, jobs, the audit trail, files, custom fields, saved views, the search index
and the registries through which apps plug in. Knows no customer and no user but the one it is given.
"""
