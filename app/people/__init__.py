"""People: accounts and how they sign in.

An *account link* is a mailed, single-use, expiring address that sets up an account or signs in once.
A *member-state reader* is an account that reads for a State (`party_id`) and holds nothing else.
"""
