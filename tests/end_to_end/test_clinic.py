"""A clinic in three browsers: an administrator, a clinician and a runner, from the first link to the last consent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.end_to_end.browser import PHONE, Watched, assert_accessible
from tests.end_to_end.server import Served
from tests.unit.web.clinic.people import PASSWORD

import kneewise
from kneewise.services.clinic.accounts import administrator
from kneewise.services.place import record_of

pytest.importorskip("pwdlib")

_REFUSED = r"status of 40[34]"


@contextmanager
def _person(browser: Browser, served: Served) -> Iterator[Watched]:
    context = browser.new_context(viewport=PHONE, locale="en-GB")  # type: ignore[arg-type]  # two numbers
    context.grant_permissions(["clipboard-write"])
    person = Watched(context, served)
    yield person
    person.check()
    context.close()


def _look(page: Page) -> None:
    """Hold the page as it stands to the rules of all pages."""
    page.wait_for_load_state()  # what was clicked before may still be under way
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"
    assert_accessible(page)


def _set_password(page: Page, link: str, *shares: str) -> None:
    page.goto(link)
    if shares:
        _look(page)
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    for kind in shares:
        page.check(f"[name='share.{kind}']")
    page.get_by_role("button", name="Begin").click()


def _invite(page: Page, name: str, login: str) -> str:
    page.fill("#name", name)
    page.fill("#login", login)
    page.get_by_role("button", name="Make the link").click()
    link = page.locator("#link")
    expect(link).to_be_visible()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    _look(page)
    return link.inner_text()


def test_from_the_first_link_to_the_last_consent(
    browser: Browser, serve: Callable[..., Served], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with record_of(kneewise.locate(data)) as record:
        first = administrator(record, login="root", name="Root").path
    served = serve(data=data, clinic=True)
    with _person(browser, served) as root, _person(browser, served) as doc, _person(browser, served) as ann:
        _look(root.open("/sign-in"))
        _set_password(root.page, served.address + first)
        root.page.check("[name=role][value=clinician]")
        _set_password(doc.page, _invite(root.page, "Dr <b>Doc</b>", "doc"))
        _look(doc.page)
        doc.open("/clinic/invite")
        link = _invite(doc.page, "Ann", "ann")
        _set_password(ann.page, link, "runs", "check_ins", "notes")
        expect(ann.page.locator("#begin")).to_be_visible()
        root.allow(_REFUSED)
        root.open(link.removeprefix(served.address))
        expect(root.page.get_by_role("heading", name="This link no longer works")).to_be_visible()

        account = _reads(doc)
        _writes(doc, account)
        _sees_and_withdraws(ann)

        doc.allow(_REFUSED)
        doc.open("/load")
        expect(doc.page.get_by_text("This page also shows what the runner does not share")).to_be_visible()
        _look(doc.page)
        doc.open("/report")
        expect(doc.page.locator(".r-left-out").first).to_contain_text("the runner does not share this.")
        _look(doc.page)
        doc.open(f"{account}/notes")
        expect(doc.page.get_by_text("Walks well.")).to_be_visible()


def _reads(doc: Watched) -> str:
    """Open the record from the list; return the address of the runner's first page."""
    doc.open("/clinic")
    doc.page.get_by_role("link", name="Ann").click()
    expect(doc.page.get_by_role("heading", name="Ann")).to_be_visible()
    _look(doc.page)
    account = doc.page.url.removeprefix(doc.served.address)
    doc.page.get_by_role("button", name="Open the record").click()
    expect(doc.page.get_by_text("You read the record of Ann.")).to_be_visible()
    _look(doc.page)
    for path in ("/load", "/", "/plan"):
        doc.open(path)
        assert doc.page.locator("form[method=post]:not(.reads)").count() == 0, path
    return account


def _writes(doc: Watched, account: str) -> None:
    """Keep a note and a test, and propose something."""
    doc.open(f"{account}/notes")
    doc.page.fill("#text", "Walks well.")
    doc.page.get_by_role("button", name="Keep the note").click()
    expect(doc.page.locator(".written")).to_have_text("Walks well.")
    _look(doc.page)
    doc.open(f"{account}/examination")
    expect(doc.page.get_by_text("ratio if positive").first).to_be_visible()
    _look(doc.page)
    doc.page.locator("fieldset.test").first.get_by_role("radio", name="Positive").check()
    doc.page.get_by_role("button", name="Keep the results").click()
    expect(doc.page.locator("#earlier")).to_be_visible()
    doc.open(f"{account}/proposals")
    doc.page.fill("#runs_per_week", "3")
    doc.page.fill("#text", "Three are enough.")
    doc.page.get_by_role("button", name="Propose it").click()
    expect(doc.page.get_by_text("Three are enough.")).to_be_visible()
    _look(doc.page)


def _sees_and_withdraws(ann: Watched) -> None:
    """Read what was written and who read; decline, and take the runs back."""
    ann.open("/my-clinic")
    expect(ann.page.get_by_text("Walks well.")).to_be_visible()
    _look(ann.page)
    ann.page.get_by_role("button", name="Decline").click()
    expect(ann.page.get_by_text("your plan stays as it is")).to_be_visible()
    ann.open("/my-clinic/log")
    expect(ann.page.get_by_text("Dr <b>Doc</b> (Clinician)").first).to_be_visible()
    expect(ann.page.locator("code", has_text="/load").first).to_be_visible()
    _look(ann.page)
    ann.open("/my-clinic")
    ann.page.uncheck("[name='share.runs']")
    ann.page.get_by_role("button", name="Share what is ticked").click()
    expect(ann.page.get_by_text("It holds from now on.")).to_be_visible()
