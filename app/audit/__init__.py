"""The trail: who did what to which thing, when, and from what to what.

An *audit event* is written by the operation that does the thing, in the same transaction. The database
refuses to change or delete one. Personal data is referred to (by id), never copied into it.
"""
