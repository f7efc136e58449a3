"""``readback check``: everything that an operator can get wrong, each with its remedy."""

import sys

import click

from widget.commands.check.files import check_secrets, check_settings
from widget.commands.check.findings import show
from widget.commands.check.mail import check_mail, mail_address
from widget.commands.check.server import ServerCheck
from widget.commands.check.store import check_store
from widget.secrets import load_secrets, secrets_path
from widget.settings import SettingError, Settings


@click.command()
@click.option("--mail-to", default="", metavar="ADDRESS", help="Send a test mail to this address.")
def check(mail_to: str) -> None:
    """Check everything that is easy to get wrong. Exit 1 if there is a problem.

    It covers settings, secrets, store, clock, server, public address, proxies and mail, and has a
    remedy for each problem. It sends the server a request through its public address, and shows the
    addresses that the server saw. It changes nothing, and is safe beside a running server.
    """
    mail_to = mail_address(mail_to)
    settings = Settings.from_env()
    problems = show("settings", check_settings())
    problems += show("secrets", check_secrets(settings))
    problems += show("store", check_store(settings))
    try:
        server = ServerCheck(settings, load_secrets(secrets_path(settings)))
    except SettingError:
        click.echo("The server was not checked: that needs the secrets file.")
    else:
        problems += show("server", server.check_server())
        problems += show("address", server.check_public())
        problems += show("proxies", server.check_proxy())
    problems += show("mail", check_mail(settings, mail_to))
    if problems:
        click.echo(f"{problems} {'problem' if problems == 1 else 'problems'}.")
        sys.exit(1)
    click.echo("No problems found.")
