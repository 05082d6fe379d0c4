"""Bringing a database to the newest revision; the only importer of Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine

from kneewise.errors import StorageError
from kneewise.storage import engines


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run all missing migrations in one transaction.

    Raises
    ------
    StorageError
        When the database was made by a newer Kneewise.
    """
    with engine.connect() as connection:
        writer = engines.writer(connection)
        with writer.begin():
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
