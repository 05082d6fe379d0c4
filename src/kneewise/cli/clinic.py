"""``kneewise clinic``: the first administrator, and accounts where nobody can sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kneewise.cli.frame import Json, frame

if TYPE_CHECKING:
    from kneewise.services.clinic.accounts import Invited

Name = Annotated[str, typer.Option("--name", help="Name as others of the clinic read it.")]


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(no_args_is_help=True, help="Accounts of a clinic that 'kneewise serve --clinic' serves.")
    group.command("admin")(admin)
    group.command("invite")(invite_runner)
    group.command("accounts")(accounts)
    app.add_typer(group, name="clinic")


def admin(
    context: typer.Context,
    login: Annotated[str, typer.Argument(help="Sign-in name, such as an e-mail address.")],
    name: Name,
    as_json: Json = False,
) -> None:
    """Make an administrator, or a new link for one who is there; the link sets the password and works once."""
    from kneewise.services.clinic.accounts import administrator
    from kneewise.services.place import record_of

    with record_of(frame(context).place()) as record:
        made = administrator(record, login=login, name=name)
    _show(context, made, as_json=as_json)


def invite_runner(
    context: typer.Context,
    login: Annotated[str, typer.Argument(help="Sign-in name, such as an e-mail address.")],
    name: Name,
    clinician: Annotated[
        str | None, typer.Option(help="Sign-in name of the clinician on whose list it stands.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make an account for a runner whose record is here already (--runner), and the link that sets its password."""
    from kneewise.services.clinic.accounts import invite_known
    from kneewise.services.place import record_of

    here = frame(context)
    with record_of(here.place()) as record:
        made = invite_known(record, login=login, name=name, runner_id=here.runner or "me", clinician=clinician)
    _show(context, made, as_json=as_json)


def accounts(context: typer.Context, as_json: Json = False) -> None:
    """List the accounts."""
    from kneewise.services.clinic.accounts import all_accounts
    from kneewise.services.place import record_of

    with record_of(frame(context).place()) as record:
        found = [account for account, _ in all_accounts(record)]
    document = [
        {"login": each.login, "name": each.name, "role": each.role, "open": each.disabled_at is None} for each in found
    ]
    lines = [
        f"{each['login']}  {each['name']}  {each['role']}{'' if each['open'] else '  closed'}" for each in document
    ]
    frame(context).show(document, lambda: "\n".join(lines) or "There is no account yet.", as_json=as_json)


def _show(context: typer.Context, made: Invited, *, as_json: bool) -> None:
    document = {
        "login": made.account.login,
        "role": made.account.role,
        "path": made.path,
        "expires_at": made.expires_at.isoformat(),
    }
    text = (
        f"Open this page of the clinic's address once, until {made.expires_at:%Y-%m-%d %H:%M} UTC, and set the "
        f"password of {made.account.login}:\n\n  {made.path}"
    )
    frame(context).show(document, lambda: text, as_json=as_json)
