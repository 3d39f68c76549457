"""A real PostgreSQL server for the tests, started by them from a wheel, without root."""
