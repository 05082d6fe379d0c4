"""The imports of one runner of a clinic: the server's one queue, of which nobody sees but what is theirs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kneewise.errors import InvalidInputError, StorageError
from kneewise.services.import_jobs import ImportJob, ImportJobs

_PATIENCE_S: Final = 60.0
_LOOK_EVERY_S: Final = 0.05


class RunnerImports(ImportJobs):
    """As `ImportJobs`, for one runner.

    Parameters
    ----------
    shared : ImportJobs
        Of the server.
    runner_id : str
    """

    def __init__(self, shared: ImportJobs, runner_id: str) -> None:
        self._shared = shared
        self._runner_id = runner_id
        self.place = shared.place
        self.folder = shared.folder

    def begin(
        self,
        files: Sequence[tuple[Path, str]],
        *,
        strip_positions: bool = False,
        group: str = "",
        runner_id: str | None = None,  # noqa: ARG002 - there is only one here
    ) -> ImportJob:
        """Take uploaded files over and import them in the background."""
        return self._shared.begin(files, strip_positions=strip_positions, group=group, runner_id=self._runner_id)

    def begin_paths(
        self,
        paths: Sequence[Path],  # noqa: ARG002
        *,
        strip_positions: bool = False,  # noqa: ARG002
        runner_id: str | None = None,  # noqa: ARG002
    ) -> ImportJob:
        """Refuse: the files of the server's machine are nobody's here.

        Raises
        ------
        InvalidInputError
        """
        raise InvalidInputError("Files of the server's machine cannot be imported from here; send them.")

    def begin_recompute(self, *, runner_id: str | None = None) -> ImportJob:  # noqa: ARG002
        """Compute everything anew in the background; one that is under way is returned as it is."""
        return self._shared.begin_recompute(runner_id=self._runner_id)

    def look(self, job_id: str) -> ImportJob:
        """Return a job of this runner.

        Raises
        ------
        InvalidInputError
            When there is none of that id.
        """
        found = next((job for job in self.all() if job.id == job_id), None)
        if found is None:
            raise InvalidInputError("That import is not known any more; its runs are in the list if they were stored.")
        return found

    def all(self, runner_id: str | None = None) -> Sequence[ImportJob]:  # noqa: ARG002
        """Return this runner's jobs, the oldest first."""
        return self._shared.all(self._runner_id)

    def cancel(self, job_id: str) -> ImportJob:
        """End a job of this runner after the file in hand."""
        self.look(job_id)
        return self._shared.cancel(job_id)

    def forget(self) -> None:
        """End this runner's jobs and wait for the one in hand; what they told goes with the rest of the record.

        Raises
        ------
        StorageError
            When the one in hand does not end in time.
        """
        for job in self.all():
            if job.live:
                self._shared.cancel(job.id)
        until = time.monotonic() + _PATIENCE_S
        while any(job.live for job in self.all()):
            if time.monotonic() > until:
                raise StorageError("An import is still ending; wait a moment and try again.")
            time.sleep(_LOOK_EVERY_S)

    def close(self) -> None:
        """Leave the queue to the server."""
