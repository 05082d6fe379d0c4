"""Imports as JSON: each with the documents of ``kneewise import --json``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.exceptions import HTTPException

from kneewise.services.import_jobs import ImportJob
from kneewise.web import trouble
from kneewise.web.here import ImportsHere

router = APIRouter()

JobId = Annotated[str, Path(max_length=64)]
_UNKNOWN: dict[int | str, dict[str, Any]] = {trouble.NOT_FOUND: {"description": "There is no such import"}}


@router.get("/imports")
def show_imports(jobs: ImportsHere) -> list[dict[str, Any]]:
    """Return the imports that go on or ended within a day, without their files."""
    return [_head(job) for job in _imports(jobs.all())]


@router.get("/imports/{job_id}", responses=_UNKNOWN)
def show_import(jobs: ImportsHere, job_id: JobId, since: Annotated[int, Query(ge=0)] = 0) -> dict[str, Any]:
    """Return one import, with the files from a number on."""
    return _found(jobs.all(), job_id).to_json(since=since)


@router.delete("/imports/{job_id}", responses=_UNKNOWN)
def end_import(jobs: ImportsHere, job_id: JobId) -> dict[str, Any]:
    """End an import after the file in hand; what is stored stays."""
    return _head(jobs.cancel(_found(jobs.all(), job_id).id))


def _imports(jobs: Sequence[ImportJob]) -> list[ImportJob]:
    return [job for job in jobs if job.kind == "import"]


def _found(jobs: Sequence[ImportJob], job_id: str) -> ImportJob:
    found = next((job for job in _imports(jobs) if job.id == job_id), None)
    if found is None:
        raise HTTPException(trouble.NOT_FOUND)
    return found


def _head(job: ImportJob) -> dict[str, Any]:
    document = job.to_json(since=len(job.files))
    del document["files"], document["since"]
    return document
