"""The index over any published text.

An *entry* is one findable thing in one language: its kind, its key, who may read it, and its words. The
index knows nothing of what the kinds mean: the features say what to index. A *hit* is an entry that
answers a question and that the person asking may read.
"""
