"""The ground that every feature stands on; it holds no nouns of the field."""
