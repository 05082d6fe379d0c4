"""Bringing a database to the newest revision; the only importer of Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine, text

from kneewise.errors import StorageError

#: Any number will do, as long as every Kneewise uses the same: two of them must not migrate at the same time.
_POSTGRESQL_LOCK = 7_305_533


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run all missing migrations in one transaction.

    Raises
    ------
    StorageError
        When the database was made by a newer Kneewise.
    """
    with engine.connect() as connection:
        writer = connection.execution_options(kneewise_writes=True)
        with writer.begin():
            if engine.dialect.name == "postgresql":
                writer.execute(text(f"SELECT pg_advisory_xact_lock({_POSTGRESQL_LOCK})"))
            settings = configuration()
            settings.attributes["connection"] = writer
            try:
                command.upgrade(settings, revision)
            except CommandError as error:
                raise StorageError(
                    "This record was written by a newer Kneewise; upgrade Kneewise to open it."
                ) from error


def configuration() -> Config:
    """Return the Alembic configuration of the migrations in this package."""
    settings = Config()
    folder = str(Path(__file__).with_name("migrations"))
    settings.set_main_option("script_location", folder.replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    return settings
