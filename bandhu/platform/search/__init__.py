"""The one search over records of every kind: keys and marks of records, words that sound alike, ranked hits.

`indexing` writes, `asking` reads what was typed, `words` finds words of the book that a typed word may mean, `finding` gathers
candidates and ranks them. Whoever searches calls `bandhu.platform.queries.search`.
"""
