"""The evidence as JSON: the documents of ``kneewise evidence list`` and ``show``."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException

from kneewise.errors import InvalidInputError
from kneewise.services.evidence_cards import families, list_evidence, show_evidence
from kneewise.services.evidence_search import is_family
from kneewise.web.trouble import NOT_FOUND

router = APIRouter()


@router.get("/evidence")
def all_families() -> list[dict[str, Any]]:
    """Every family of records."""
    return [family.to_json() for family in families()]


@router.get("/evidence/{family}", responses={NOT_FOUND: {"description": "No such family"}})
def one_family(family: str) -> list[dict[str, Any]]:
    """All records of one family."""
    if not is_family(family):
        raise HTTPException(NOT_FOUND)
    return [card.summary() for card in list_evidence(family)]


@router.get("/evidence/{family}/{record_id}", responses={NOT_FOUND: {"description": "No such record"}})
def one_record(family: str, record_id: str) -> dict[str, Any]:
    """One record with its figures, facts and sources."""
    name = f"{family}/{record_id}"
    try:
        found = show_evidence(name)
    except InvalidInputError as error:
        raise HTTPException(NOT_FOUND) from error
    return {"id": name, "records": [card.to_json() for card in found]}
