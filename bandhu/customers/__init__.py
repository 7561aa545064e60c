"""People and companies: the customer record.

Owns contacts, companies, their phones, mails, addresses, social handles, external ids, tags and relations,
finding and merging duplicates, and importing and exporting.
Publishes ContactCreated, ContactChanged, ContactDeleted, CompanyCreated …, ContactsMerged, ImportFinished.
"""
