"""Reminders over a real mail server on this machine: who gets one, when, once; what a kill or a refusal leaves."""
# ruff: noqa: S105, S106, S107 (passwords of the tests' own mail server)

import datetime as dt
import ipaddress
import os
import socket
import ssl
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from filling import CENTRE, Kpi
from kpi.access import NotPermittedError, Person, Role
from kpi.mail import (
    Letter,
    LetterNotTakenError,
    MailNotSetUpError,
    MailServerError,
    MailWronglySetUpError,
    connected,
    send_link,
    server_of,
)
from kpi.people import change, list_people
from kpi.quarter import Quarter
from kpi.reminders import MOST_TRIES, Stage, due, send
from kpi.returns import send_back
from kpi.settings import Settings
from kpi.store import people, reminders, returns
from kpi.store.engine import reading, writing
from showing import environment, filled, signed_in

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while:UserWarning")

Q4 = Quarter(2025, 4)
#: Thirty days after the quarter's end.
DUE = date(2026, 1, 30)
PASSWORD = "s3cret:@/"
AT = datetime(2026, 1, 23, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of this machine's own, which nobody else vouches for, and its key."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    here = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = dt.datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(here), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, secret = folder / "cert.pem", folder / "key.pem"
    file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file, secret


class Box:
    """What a mail server took, and whom it takes nothing for."""

    def __init__(self):
        self.letters, self.refused, self.takes_from = [], set(), True

    async def handle_MAIL(self, _server, _session, envelope, address, options):  # noqa: N802 (aiosmtpd's own)
        if not self.takes_from:
            return "550 not from here"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 (aiosmtpd's own)
        if address in self.refused:
            return "550 secret words of the server"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 (aiosmtpd's own)
        self.letters.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


@contextmanager
def mail_server(box, certificate, *, scheme):
    """A mail server that lets in one user with one password, by TLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def authenticator(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"kpi", PASSWORD.encode()), handled=False)

    # This server takes TLS from the first byte for none, and would offer no way to sign in.
    tls = (
        {"ssl_context": context, "auth_require_tls": False}
        if scheme == "smtps"
        else {"tls_context": context, "require_starttls": True}
    )
    controller = Controller(
        box, hostname="127.0.0.1", port=port, authenticator=authenticator, auth_required=True, **tls
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture
def box():
    return Box()


@pytest.fixture(params=["smtps", "smtp+starttls"])
def scheme(request):
    return request.param


@pytest.fixture
def mail(box, certificate):
    """The settings of a mail server that runs, as the environment gives them."""
    with mail_server(box, certificate, scheme="smtps") as port:
        yield variables("smtps", port, certificate)


def variables(scheme, port, certificate, *, password="s3cret%3A%40%2F"):
    return {
        "KPI_SMTP_URL": f"{scheme}://kpi:{password}@127.0.0.1:{port}",
        "KPI_SMTP_CA": str(certificate[0]) if certificate else "",
        "KPI_MAIL_FROM": "kpi@example.org",
    }


def server(mail):
    return server_of(Settings.from_environment(mail))


@pytest.fixture
def installation(tmp_path):
    """SDA has not begun 2025-Q4, RSE has submitted it; Ana and Bo report for SDA, Vera for RSE."""
    opened = filled(tmp_path)
    for name, language, organisations in (
        ("Ана Петрова", "bg", {"SDA"}),
        ("Bo", "en", {"SDA"}),
        ("Vera", "en", {"RSE"}),
    ):
        signed_in(opened, Role.REPORTER, organisations)
        account = max(list_people(opened), key=lambda one: one.id)
        change(
            opened,
            person_id=account.id,
            name=name,
            role=Role.REPORTER,
            organisations=organisations,
            language=language,
            enabled=True,
            at=AT,
        )
        with writing(opened.engine) as session:
            people.prove(session, person_id=account.id, password="hash")
    return opened


def told(installation, day, at=AT):
    return [
        (one.account.name if one.account else None, one.organisation.code, one.quarter, one.stage)
        for one in due(installation, today=day, at=at)
    ]


def sent(installation, mail, day, at=AT, **more):
    done = send(installation, server(mail), today=day, clock=lambda: at, address="https://kpi.example.org", **more)
    return [one.account.name for one in done.sent]


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        (-8, None),
        (-7, Stage.SOON),
        (-1, Stage.SOON),
        (0, Stage.TODAY),
        (1, None),
        (6, None),
        (7, Stage.LATE),
        (60, Stage.LATE),
        (61, None),
    ],
)
def test_who_is_reminded_on_which_day(installation, days, stage):
    of_q4 = [one for one in told(installation, DUE + timedelta(days=days)) if one[2] == Q4]
    assert of_q4 == ([("Ана Петрова", "SDA", Q4, stage), ("Bo", "SDA", Q4, stage)] if stage else [])


def test_what_was_returned_is_reminded_of_with_its_reasons(installation, mail, box):
    waits = installation
    with reading(waits.engine) as session:
        (q4,) = returns.find(session, organisation="RSE", quarter=Q4)
    send_back(
        waits,
        return_id=q4.id,
        reason="Look at <b>March</b> again",
        by_form={"training": "=1+1 people?"},
        by="Manager",
        at=AT,
    )
    assert told(waits, date(2026, 1, 10)) == [("Vera", "RSE", Q4, Stage.RETURNED)]
    assert sent(waits, mail, date(2026, 1, 10)) == ["Vera"]
    ((_, letter),) = box.letters
    assert "returned for correction" in letter["Subject"]
    text = letter.get_content()
    assert "Look at <b>March</b> again" in text
    assert "=1+1 people?" in text
    assert letter.get_content_type() == "text/plain"
    assert told(waits, date(2026, 1, 11)) == []


def test_a_letter_goes_once_for_each_stage_in_the_readers_language(installation, mail, box):
    assert sent(installation, mail, DUE - timedelta(days=7)) == ["Ана Петрова", "Bo"]
    assert sent(installation, mail, DUE - timedelta(days=6), AT + timedelta(days=1)) == []
    (ana, bulgarian), (bo, english) = box.letters
    assert (ana, bo) == ("reporter0@example.org", "reporter1@example.org")
    assert bulgarian["Subject"] == "Отчетът за 4. тримесечие 2025 е със срок 30.01.2026 г."
    assert "Добър ден, Ана Петрова" in bulgarian.get_content()
    assert "Сдружение София" in bulgarian.get_content()
    assert english["Subject"] == "The report for Q4 2025 is due on 30 Jan 2026"
    assert "Sofia Association" in english.get_content()
    assert "https://kpi.example.org/my_returns?org=SDA&quarter=2025-Q4" in english.get_content()
    assert bulgarian["To"].addresses[0].display_name == "Ана Петрова"
    assert bulgarian["From"] == "kpi@example.org"
    assert bulgarian["Message-ID"] != english["Message-ID"]
    assert sent(installation, mail, DUE, AT + timedelta(days=7)) == ["Ана Петрова", "Bo"]
    assert sent(installation, mail, DUE + timedelta(days=7), AT + timedelta(days=14)) == ["Ана Петрова", "Bo"]
    assert len(box.letters) == 6


def test_whoever_is_disabled_was_never_in_or_reports_for_others_gets_none(installation):
    bo = next(one for one in list_people(installation) if one.name == "Bo")
    change(
        installation,
        person_id=bo.id,
        name="Bo",
        role=Role.REPORTER,
        organisations={"SDA"},
        language=None,
        enabled=False,
        at=AT,
    )
    ana = next(one for one in list_people(installation) if one.name.startswith("Ана"))
    with writing(installation.engine) as session:
        people.prove(session, person_id=ana.id, password=None)
    assert [one for one in told(installation, DUE) if one[2] == Q4] == [(None, "SDA", Q4, Stage.TODAY)]


def test_both_ways_of_tls_with_a_certificate_that_is_trusted_by_setting(box, certificate, scheme, installation):
    with mail_server(box, certificate, scheme=scheme) as port:
        assert sent(installation, variables(scheme, port, certificate), DUE) == ["Ана Петрова", "Bo"]
    assert len(box.letters) == 2


def test_a_certificate_that_nobody_vouches_for_stops_all(box, certificate, scheme, installation):
    with mail_server(box, certificate, scheme=scheme) as port, pytest.raises(MailServerError, match="KPI_SMTP_CA"):
        sent(installation, variables(scheme, port, None), DUE)
    assert box.letters == []
    assert len([one for one in told(installation, DUE) if one[2] == Q4]) == 2  # nothing was begun


def test_a_refused_sign_in_is_said_without_the_password(box, certificate, scheme, installation):
    with mail_server(box, certificate, scheme=scheme) as port, pytest.raises(MailServerError) as caught:
        sent(installation, variables(scheme, port, certificate, password="wr0ng"), DUE)
    assert "does not let us in" in str(caught.value)
    assert "wr0ng" not in str(caught.value)


def test_a_server_that_speaks_no_tls_or_is_not_there(box, certificate, installation):
    with mail_server(box, certificate, scheme="smtp+starttls") as port, pytest.raises(MailServerError, match="TLS"):
        sent(installation, variables("smtps", port, certificate), DUE)
    with pytest.raises(MailServerError, match="does not answer"):
        sent(installation, variables("smtps", port, certificate), DUE)
    assert len([one for one in told(installation, DUE) if one[2] == Q4]) == 2


def test_one_refused_address_keeps_nobody_elses_letter_and_is_tried_three_times(installation, mail, box):
    box.refused = {"reporter0@example.org"}
    for day in range(5):
        sent(installation, mail, DUE - timedelta(days=7 - day), AT + timedelta(days=day))
    assert [to for to, _ in box.letters] == ["reporter1@example.org"]
    box.refused = set()
    assert sent(installation, mail, DUE - timedelta(days=1), AT + timedelta(days=6)) == []


def test_a_letter_that_the_server_takes_from_nobody_is_not_forgotten(installation, mail, box):
    box.takes_from = False
    for day in range(MOST_TRIES + 1):
        with pytest.raises(MailServerError, match="KPI_MAIL_FROM"):
            sent(installation, mail, DUE, AT + timedelta(hours=day))
    box.takes_from = True
    assert "Ана Петрова" in sent(installation, mail, DUE, AT + timedelta(days=1))


def key(installation, name="Ана Петрова"):
    person = next(one.id for one in list_people(installation) if one.name == name)
    return reminders.Key(person, "SDA", Q4, Stage.TODAY.value, 0)


def test_one_that_another_process_is_sending_is_left_to_it(installation, mail, box):
    with writing(installation.engine) as session:
        reminders.begin(session, key=key(installation), at=AT)
    assert sent(installation, mail, DUE, AT + timedelta(minutes=1)) == ["Bo"]
    assert sent(installation, mail, DUE, AT + timedelta(hours=1)) == ["Ана Петрова"]


def test_after_kills_a_letter_is_repeated_twice_at_most(installation, mail, box):
    """A kill between sending and noting: the letter was begun, and nobody knows whether it went."""
    for number in range(MOST_TRIES - 1):
        with writing(installation.engine) as session:
            reminders.begin(session, key=key(installation), at=AT + timedelta(hours=number))
    assert "Ана Петрова" in sent(installation, mail, DUE, AT + timedelta(days=1))
    other = reminders.Key(**{**key_fields(key(installation, "Bo")), "quarter": Q4, "stage": Stage.LATE.value})
    for number in range(MOST_TRIES):
        with writing(installation.engine) as session:
            reminders.begin(session, key=other, at=AT + timedelta(hours=number))
    assert [one[0] for one in told(installation, DUE + timedelta(days=9), AT + timedelta(days=10)) if one[2] == Q4] == [
        "Ана Петрова"
    ]


def key_fields(one):
    return {name: getattr(one, name) for name in ("person_id", "organisation", "quarter", "stage", "revision")}


KILLED = """
import os, sys
from datetime import date, datetime, UTC
import kpi.reminders, kpi.store.reminders as kept
from kpi.access import OPERATOR
from kpi.installation import open_installation
from kpi.mail import server_of
from kpi.settings import Settings
kept.end = lambda *_, **__: os.kill(os.getpid(), 9)
settings = Settings.from_environment(os.environ)
kpi.reminders.send(open_installation(settings, who=OPERATOR), server_of(settings), today=date(2026, 1, 30),
                   clock=lambda: datetime(2026, 1, 30, 6, tzinfo=UTC), address=None)
"""


def test_a_real_kill_between_sending_and_noting_neither_loses_nor_repeats_for_ever(installation, mail, box, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", KILLED],
        env={**os.environ, **environment(tmp_path), **mail},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == -9, done.stderr
    assert [to for to, _ in box.letters] == ["reporter0@example.org"]
    morning = datetime(2026, 1, 31, 6, tzinfo=UTC)
    assert sent(installation, mail, DUE, morning) == ["Ана Петрова", "Bo"]
    assert sent(installation, mail, DUE, morning + timedelta(days=1)) == []
    first, again, _ = (letter["Message-ID"] for _, letter in box.letters)
    assert first == again


def test_the_command(installation, mail, box, tmp_path, monkeypatch):
    monkeypatch.setattr("kpi.cli.remind.today", lambda: DUE)
    kpi = Kpi(tmp_path, CENTRE, environment(tmp_path))
    lines = kpi.ok("remind", "--dry-run").out.splitlines()
    assert "Sofia Association, 2025-Q4: due today, due on 30 Jan 2026 → reporter0@example.org" in lines
    assert box.letters == []
    assert "Mail is not set up" in kpi.refused(2, "remind")
    wrong = Kpi(tmp_path, CENTRE, {**environment(tmp_path), **mail, "KPI_SMTP_URL": "http://kpi:s3cret@host"})
    assert "s3cret" not in wrong.refused(2, "remind")
    set_up = Kpi(tmp_path, CENTRE, {**environment(tmp_path), **mail})
    done = set_up.ok("remind")
    assert "reminder(s) sent." in done.out
    assert {to for to, _ in box.letters} >= {"reporter0@example.org", "reporter1@example.org"}
    before = len(box.letters)
    assert set_up.ok("remind").out == "0 reminder(s) sent.\n"
    assert len(box.letters) == before
    down = Kpi(tmp_path, CENTRE, {**environment(tmp_path), **mail, "KPI_SMTP_URL": "smtps://kpi:s3cret@127.0.0.1:1"})
    monkeypatch.setattr("kpi.cli.remind.today", lambda: DUE + timedelta(days=7))
    said = down.refused(1, "remind")
    assert "127.0.0.1 cannot be used" in said
    assert "s3cret" not in said


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://host", "write it like"),
        ("smtps:///x", "write it like"),
        ("smtps://host:port", "write it like"),
        ("smtps://host/path", "write it like"),
        ("smtp://kpi.example.org", "on this machine only"),
        ("smtps://user@host", "belong together"),
    ],
)
def test_settings_that_do_not_fit_are_said_without_their_value(url, why):
    with pytest.raises(MailWronglySetUpError, match=why) as caught:
        server_of(Settings.from_environment({"KPI_SMTP_URL": url, "KPI_MAIL_FROM": "kpi@example.org"}))
    assert url not in str(caught.value)


def test_secrets_stay_out_of_what_is_printed(certificate):
    mail = variables("smtps", 465, certificate)
    for shown in (repr(Settings.from_environment(mail)), repr(server(mail))):
        assert "s3cret" not in shown
    assert server(mail).password == PASSWORD
    with pytest.raises(MailNotSetUpError):
        server_of(Settings.from_environment({"KPI_SMTP_URL": mail["KPI_SMTP_URL"]}))
    with pytest.raises(MailWronglySetUpError, match="KPI_MAIL_FROM"):
        server_of(Settings.from_environment({**mail, "KPI_MAIL_FROM": "kpi"}))
    with pytest.raises(MailWronglySetUpError, match="KPI_SMTP_CA"):
        server_of(Settings.from_environment({**mail, "KPI_SMTP_CA": "/nowhere.pem"}))


def test_a_link_is_sent_to_its_holder(installation, mail, box):
    ana = next(one for one in list_people(installation) if one.name.startswith("Ана"))
    settings, programme = Settings.from_environment(mail), installation.framework.programme.name
    link = "https://kpi.example.org/invitation/abc"
    send_link(settings, ana, link=link, programme=programme, language="en", at=AT)
    ((to, letter),) = box.letters
    assert to == ana.email
    assert link in letter.get_content()
    assert "Добър ден" in letter.get_content()


def test_no_line_of_a_name_or_subject_becomes_a_header(mail, box):
    name, subject = "Name\nBcc: other@example.org", "Subject\r\nBcc: other@example.org"
    with connected(server(mail)) as post:
        with pytest.raises(LetterNotTakenError):
            post.send(Letter("ana@example.org", name, "Subject", "Text", "en", "x"), at=AT)
        post.send(Letter("ana@example.org", "Name", subject, "Text", "en", "x"), at=AT)
    ((_, letter),) = box.letters
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Subject Bcc: other@example.org"


def test_only_the_operator_sends(installation):
    for role in (Role.MANAGER, Role.ADMINISTRATOR, Role.REPORTER):
        with pytest.raises(NotPermittedError):
            due(installation.asked_by(Person("A", role)), today=DUE, at=AT)
