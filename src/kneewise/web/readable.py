"""Pages of a record in a clinician's eyes: what only the runner may do is not offered.

One place for every page of every area: what a link or a form leads to is looked up in the table of routes
(`kneewise.web.access`) and left out where the reader would only be refused. The gate refuses it all the same.
"""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from typing import Final

from kneewise.services.clinic.authority import Need
from kneewise.web.access import ACCESS

_ATTRIBUTE: Final = re.compile(r'([\w-]+)="([^"]*)"')
# Our templates write ">" in no attribute, and neither form nor link lies within another.
_FORM: Final = re.compile(r"<form\b([^>]*)>.*?</form>", re.DOTALL)
_LINK: Final = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
_BUTTONS: Final = re.compile(r"\b(button|tile|chip)")
_NOTHING_IN: Final = r'<(p|li|div)(?: class="form-actions")?>\s*</\1>'
_ONLY_SUMMARY: Final = r"<details\b[^>]*><summary>(?:(?!</summary>).)*</summary>\s*</details>"
_ONLY_HEADING: Final = r'<section class="card\b[^>]*>\s*(?:<h2[^>]*>(?:(?!</h2>).)*</h2>)?\s*</section>'
#: What has lost its only content, from the inside out.
_LEFT_EMPTY: Final = tuple(re.compile(each, re.DOTALL) for each in (_NOTHING_IN, _ONLY_SUMMARY, _ONLY_HEADING))


def readable(page: str, kinds: frozenset[str]) -> str:
    """Return a page without the forms, buttons and links that a clinician would be refused.

    A link within a sentence leaves its words.

    Parameters
    ----------
    page : str
        HTML of our templates.
    kinds : frozenset of str
        Kinds of data that the runner shares with the reader.
    """

    def form(found: re.Match[str]) -> str:
        told = dict(_ATTRIBUTE.findall(found[1]))
        method = told.get("method", "get").upper()
        return found[0] if _is_open(method, told.get("action", ""), kinds) else ""

    def link(found: re.Match[str]) -> str:
        told = dict(_ATTRIBUTE.findall(found[1]))
        if _is_open("GET", told.get("href", ""), kinds):
            return found[0]
        return "" if _BUTTONS.search(told.get("class", "")) else found[2]

    left = _LINK.sub(link, _FORM.sub(form, page))
    for empty in _LEFT_EMPTY:
        left = empty.sub("", left)
    return left


def _is_open(method: str, address: str, kinds: frozenset[str]) -> bool:
    need = _need(method, re.split(r"[?#]", unescape(address), maxsplit=1)[0])
    if need is None:
        return True
    return (need.who == "record" and not need.missing(kinds)) or need.who in ("anyone", "account")


def _need(method: str, path: str) -> Need | None:
    """Return the line of a route, or ``None`` for what is none of a record's areas."""
    plain = ACCESS.get((method, path))
    if plain is not None:
        return plain
    return next((need for each, pattern, need in _patterns() if each == method and pattern.fullmatch(path)), None)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str], Need], ...]:
    return tuple(
        (method, re.compile(re.sub(r"{\w+}", "[^/]+", path)), need)
        for (method, path), need in ACCESS.items()
        if "{" in path
    )
