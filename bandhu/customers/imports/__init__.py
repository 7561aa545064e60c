"""Reading and writing files of contacts and companies: no models, no database.

`sources` opens a file (CSV, XLSX, vCard) as numbered rows of text, `layouts` and `mapping` say which
column means what, `values` turns text into typed values, `records` gathers a row into one record, and
`neutral` writes tables that no spreadsheet can execute.
"""
