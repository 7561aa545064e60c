"""Articles for customers and staff, the public help centre, and the customers' portal.

Owns articles with their languages and versions, categories, what was searched and how helpful it was, and who signed in as a customer.
"""
