"""Letters, over SMTP with TLS. Everything works without: whoever needs a letter sent is told that mail is not set up.

``KPI_SMTP_URL`` names the server: ``smtps://user:password@host`` speaks TLS from the first byte (port 465),
``smtp+starttls://…`` before anything is said (port 587); ``smtp://`` without TLS is for this machine itself alone. What
is special in a user's name or password is written as in any URL, ``%40`` for ``@``. No error, and nothing that is
printed, holds the password or what the server answered.
"""

import hashlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from kpi.language import Text, pick, whole
from kpi.people import Account, NotAnEmailError, a_email
from kpi.problems import N_, Own, SaidError
from kpi.settings import Settings

_WAIT_SECONDS = 20
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


class Security(StrEnum):
    """How a connection is kept from others: TLS at once, TLS before anything is said, or none."""

    TLS = "smtps"
    STARTTLS = "smtp+starttls"
    NONE = "smtp"


_PORTS = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}


class MailNotSetUpError(SaidError):
    """A letter is to be sent, and there is no mail."""

    text = N_("Mail is not set up: KPI_SMTP_URL and KPI_MAIL_FROM say by which server and from which address.")


class MailWronglySetUpError(SaidError):
    """A setting for mail cannot be understood; the setting's value is not quoted, it may hold a password."""

    text = N_("{setting} is not as it should be: {why}.")

    def __init__(self, setting: str, why: str) -> None:
        super().__init__(setting=setting, why=Own(why))


class MailServerError(SaidError):
    """The mail server cannot be used just now; the letter surely did not go where it `is_unsent`."""

    text = N_("The mail server {host} cannot be used: {why}.")

    def __init__(self, host: str, why: str, *, is_unsent: bool = False) -> None:
        super().__init__(host=host, why=Own(why))
        self.is_unsent = is_unsent


class LetterNotTakenError(SaidError):
    """The mail server does not take this one letter."""

    text = N_("The mail server did not take the letter to {email}.")

    def __init__(self, email: str) -> None:
        super().__init__(email=email)


@dataclass(frozen=True, slots=True)
class Server:
    """By which server letters go, and from which address."""

    host: str
    port: int
    security: Security
    sender: str
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    ca: Path | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. `identity` is the same when the same letter is sent again, so that mail programs show it once."""

    to: str
    name: str
    subject: str
    text: str
    language: str
    identity: str


@dataclass(frozen=True, slots=True)
class Post:
    """A connection to the mail server."""

    server: Server
    smtp: smtplib.SMTP

    def send(self, letter: Letter, *, at: datetime) -> None:
        """Send a letter. Raises `LetterNotTakenError`, and `MailServerError` where the next would not go either."""
        host = self.server.host
        try:
            self.smtp.send_message(_written(letter, self.server.sender, at))
        except smtplib.SMTPSenderRefused:
            why = N_("it takes no letters from the address in KPI_MAIL_FROM")
            raise MailServerError(host, why, is_unsent=True) from None
        except smtplib.SMTPServerDisconnected:
            raise MailServerError(host, N_("it broke off the connection")) from None
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError):
            raise LetterNotTakenError(letter.to) from None
        except (MessageError, ValueError, IndexError):  # an address that no letter can be written to
            raise LetterNotTakenError(letter.to) from None
        except OSError:
            raise MailServerError(host, N_("it does not answer")) from None


def server_of(settings: Settings) -> Server:
    """Understand the settings. Raises `MailNotSetUpError`, `MailWronglySetUpError`."""
    if not settings.smtp_url or not settings.mail_from:
        raise MailNotSetUpError
    try:
        parsed = urlsplit(settings.smtp_url)
        security, port = Security(parsed.scheme), parsed.port
    except ValueError:
        raise MailWronglySetUpError("KPI_SMTP_URL", _HOW) from None
    if not parsed.hostname or parsed.path.strip("/") or parsed.query or parsed.fragment:
        raise MailWronglySetUpError("KPI_SMTP_URL", _HOW)
    if security is Security.NONE and parsed.hostname not in _THIS_MACHINE:
        raise MailWronglySetUpError("KPI_SMTP_URL", N_("without TLS, letters go to a server on this machine only"))
    if settings.smtp_ca is not None and not settings.smtp_ca.is_file():
        raise MailWronglySetUpError("KPI_SMTP_CA", N_("there is no such file"))
    try:
        sender = a_email(settings.mail_from)
    except NotAnEmailError:
        raise MailWronglySetUpError("KPI_MAIL_FROM", N_("it is no e-mail address")) from None
    user, password = _credentials(parsed)
    return Server(parsed.hostname, port or _PORTS[security], security, sender, user, password, settings.smtp_ca)


_HOW = N_("write it like smtps://user:password@mail.example.org, or smtp+starttls://…; a special character as %40")


@contextmanager
def connected(server: Server) -> Iterator[Post]:
    """Connect to the mail server, by TLS and with its certificate checked, and sign in. Raises `MailServerError`."""
    smtp = _connect(server)
    try:
        yield Post(server, smtp)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()


def send_link(  # noqa: PLR0913 (to whom, what and in which words)
    settings: Settings, account: Account, *, link: str, programme: Text, language: str, at: datetime
) -> None:
    """Send somebody the link by which they choose a password.

    `programme` is its name, `language` the one to write in where the account says none. Raises `MailNotSetUpError`,
    `MailWronglySetUpError`, `MailServerError`, `LetterNotTakenError`; then the link has to be handed over otherwise.
    """
    spoken = account.language or language
    name = pick(programme, spoken)
    lines = (
        whole(N_("Good day, {name},"), spoken, name=account.name),
        whole(N_("by this link you choose a password and sign in:"), spoken),
        link,
        whole(
            N_("It is for you alone, serves once, and for a day. You sign in as {email}."), spoken, email=account.email
        ),
        whole(N_("If you did not expect this letter, leave it; without the link nothing happens."), spoken),
        name,
    )
    subject = name + ": " + whole(N_("your link to sign in"), spoken)
    identity = hashlib.sha256(link.encode()).hexdigest()[:32]
    letter = Letter(account.email, account.name, subject, "\n\n".join(lines) + "\n", spoken, identity)
    with connected(server_of(settings)) as post:
        post.send(letter, at=at)


def _credentials(parsed: SplitResult) -> tuple[str | None, str | None]:
    user, password = (unquote(one) if one else None for one in (parsed.username, parsed.password))
    if (user is None) != (password is None):
        raise MailWronglySetUpError("KPI_SMTP_URL", N_("a user's name and a password belong together"))
    return user, password


def _connect(server: Server) -> smtplib.SMTP:
    try:
        context = ssl.create_default_context(cafile=server.ca)
    except (ssl.SSLError, OSError):
        raise MailWronglySetUpError("KPI_SMTP_CA", N_("it holds no certificates")) from None
    host, port = server.host, server.port
    smtp: smtplib.SMTP | None = None
    try:
        if server.security is Security.TLS:
            smtp = smtplib.SMTP_SSL(host, port, timeout=_WAIT_SECONDS, context=context)
        else:
            smtp = smtplib.SMTP(host, port, timeout=_WAIT_SECONDS)
        if server.security is Security.STARTTLS:
            smtp.starttls(context=context)
        if server.user is not None and server.password is not None:
            smtp.login(server.user, server.password)
    except (smtplib.SMTPException, OSError, UnicodeError) as fault:
        if smtp is not None:
            smtp.close()
        raise MailServerError(host, _why(fault, server)) from None
    return smtp


def _why(fault: Exception, server: Server) -> str:
    match fault:
        case ssl.SSLCertVerificationError():
            return N_("its certificate is not one to trust; KPI_SMTP_CA can name a file with others")
        case ssl.SSLError():
            return N_("it does not speak TLS on this port")
        case smtplib.SMTPAuthenticationError() | UnicodeError():
            return N_("it does not let us in with this name and password")
        case smtplib.SMTPNotSupportedError() if server.security is Security.STARTTLS:
            return N_("it offers no TLS, or no way to sign in")
        case smtplib.SMTPNotSupportedError():
            return N_("it offers no way to sign in")
        case _:
            return N_("it does not answer")


def _written(letter: Letter, sender: str, at: datetime) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(addr_spec=sender)
    message["To"] = Address(display_name=letter.name, addr_spec=letter.to)
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{letter.identity}@{sender.partition('@')[2]}>"
    message["Content-Language"] = letter.language
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message
