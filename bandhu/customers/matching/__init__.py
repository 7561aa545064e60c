"""Finding records that speak of the same person or company: ours, without Django, the same for a file and for the book.

`records` prepares a record, `blocking` proposes pairs, `scoring` weighs a pair, `clusters` turns pairs into groups,
`scan` runs the four over many records and `files` over a CSV file.
"""
