"""The engine of imports: rows of a file into records by sets, chunk by chunk, each in one transaction.

`lookup` finds what is there, `pending` holds a record on its way, `plan` decides row by row, `writing` lays everything
down with COPY, `chunks` ties them together with the checkpoint, `undo` takes it back.
"""
