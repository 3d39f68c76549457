"""Presentations: what a mechanism presents to a session.

A *presentation* holds a mechanism's answers to the guiding questions addressed to it, its speakers (by
function) and its slides. It is drafted, then filed; each filing is a version that is kept.
"""
