"""Handing built mails to real servers, and to a folder."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from flask import Flask

from app.mail import mime
from app.mail.delivery import Carrier, Undeliverable, mail
from app.mail.mime import Built
from app.mail.rendering import Content
from tests.defaults import one_database
from tests.mail.drafts import a_letter, an_invitation
from tests.mail.servers import Flaky, Picky, Server, guarded

pytestmark = [one_database, pytest.mark.usefixtures("own_app", "app")]
Serving = Callable[[Server], Server]


def a_mail(address: str = "zaneta.lacka@example.org", **changes: Any) -> Built:
    letter = a_letter(to_address=address, calendar=an_invitation(), **changes)
    return mime.build(letter, Content("Masz miejsce", "Masz miejsce.\n", "<p>Masz miejsce.</p>\n"))


@pytest.fixture
def serving(app: Flask) -> Iterator[Serving]:
    """Starts a server, and makes the application deliver to it."""
    started: list[Server] = []

    def serve(server: Server) -> Server:
        server.start()
        started.append(server)
        deliver_to(app, server.port)
        return server

    yield serve
    for server in started:
        server.stop()


def deliver_to(app: Flask, port: int, **settings: object) -> None:
    app.config.update(MAIL_SERVER="127.0.0.1", MAIL_PORT=port, **settings)
    mail.init_app(app)
    app.extensions["mail"].suppress = False


def test_a_batch_goes_over_one_connection(serving: Serving):
    server = serving(Server())

    with Carrier(None) as carrier:
        for number in range(5):
            carrier.carry(a_mail(f"person{number}@example.org"), "1-confirmation")

    assert [delivery.recipients for delivery in server.deliveries] == [(f"person{number}@example.org",) for number in range(5)]
    assert {delivery.sender for delivery in server.deliveries} == {"plenum@example.org"}
    assert server.connections == 1


def test_no_mail_makes_no_connection(serving: Serving):
    server = serving(Server())

    with Carrier(None):
        pass

    assert server.connections == 0


def test_the_bytes_on_the_wire_are_those_that_were_built(serving: Serving):
    server = serving(Server())
    built = a_mail(to_name="Kowalski, Jan", from_name='"Dni" Źródeł, 2021')

    with Carrier(None) as carrier:
        carrier.carry(built, "1-confirmation")

    assert server.received == [built.raw]


def test_what_is_carried_can_be_recorded(serving: Serving):
    serving(Server())

    with mail.record_messages() as recorded, Carrier(None) as carrier:
        carrier.carry(a_mail(), "1-confirmation")

    assert [(message.subject, message.recipients) for message in recorded] == [("Masz miejsce", ["zaneta.lacka@example.org"])]


def test_an_unknown_person_is_refused_for_good_and_the_rest_goes_on(serving: Serving):
    server = serving(Picky())

    with Carrier(None) as carrier:
        with pytest.raises(Undeliverable, match=r"^550 5\.1\.1 User unknown$") as refusal:
            carrier.carry(a_mail("nobody@example.org"), "1-confirmation")
        carrier.carry(a_mail(), "2-confirmation")

    assert refusal.value.for_good
    assert (server.connections, len(server.messages)) == (1, 1)


@pytest.mark.parametrize(("name", "words"), [("later", "450 4.2.1 Greylisted"), ("closing", "421 4.7.0 Too many")])
def test_a_server_that_asks_to_wait_is_asked_again(name: str, words: str, serving: Serving):
    server = serving(Picky())

    with Carrier(None) as carrier:
        with pytest.raises(Undeliverable, match=words) as failure:
            carrier.carry(a_mail(f"{name}@example.org"), "1-confirmation")
        carrier.carry(a_mail(), "2-confirmation")

    assert not failure.value.for_good
    assert len(server.messages) == 1


def test_after_a_failure_there_is_a_new_connection(serving: Serving):
    server = serving(Flaky())

    with Carrier(None) as carrier:
        with pytest.raises(Undeliverable, match="451") as failure:
            carrier.carry(a_mail(), "1-confirmation")
        carrier.carry(a_mail(), "1-confirmation")

    assert not failure.value.for_good
    assert (server.connections, len(server.messages)) == (2, 1)


def test_a_server_that_is_down_is_tried_once_a_batch(app: Flask):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    deliver_to(app, port)

    with Carrier(None) as carrier:
        for _ in range(2):
            with pytest.raises(Undeliverable, match="ConnectionRefusedError") as failure:
                carrier.carry(a_mail(), "1-confirmation")
            assert not failure.value.for_good


def test_starttls_and_a_password(app: Flask, serving: Serving, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    server = serving(guarded(authority))
    deliver_to(app, server.port, MAIL_USE_TLS=True, MAIL_USERNAME="plenum", MAIL_PASSWORD="secret")

    with Carrier(None) as carrier:
        carrier.carry(a_mail(), "1-confirmation")

    assert len(server.messages) == 1


@pytest.mark.parametrize("problem", ["a wrong password", "a stranger's certificate"])
def test_who_is_not_who_they_say_gets_no_letter(
    problem: str, app: Flask, serving: Serving, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    server = serving(guarded(trustme.CA() if problem == "a stranger's certificate" else authority))
    deliver_to(app, server.port, MAIL_USE_TLS=True, MAIL_USERNAME="plenum", MAIL_PASSWORD="guess")

    with Carrier(None) as carrier, pytest.raises(Undeliverable, match=r"535|CERTIFICATE_VERIFY_FAILED") as failure:
        carrier.carry(a_mail(), "1-confirmation")

    assert not failure.value.for_good
    assert server.messages == []


def test_an_address_beyond_ascii_goes_to_a_server_that_takes_it(serving: Serving):
    server = serving(Server(enable_SMTPUTF8=True))

    with Carrier(None) as carrier:
        carrier.carry(a_mail("żółw@łódź.example"), "1-confirmation")
        carrier.carry(a_mail("zaneta@łódź.example"), "2-confirmation")

    assert [delivery.recipients[0] for delivery in server.deliveries] == [
        "żółw@xn--d-uga0v4h.example",
        "zaneta@xn--d-uga0v4h.example",
    ]


def test_a_server_without_it_still_takes_domains_of_other_letters(serving: Serving):
    server = serving(Server())

    with Carrier(None) as carrier:
        with pytest.raises(Undeliverable, match="SMTPUTF8") as failure:
            carrier.carry(a_mail("żółw@łódź.example"), "1-confirmation")
        carrier.carry(a_mail("zaneta@łódź.example"), "2-confirmation")

    assert failure.value.for_good
    assert [delivery.recipients[0] for delivery in server.deliveries] == ["zaneta@xn--d-uga0v4h.example"]


def test_without_a_server_a_mail_becomes_a_file(tmp_path: Path):
    folder = tmp_path / "instance" / "mail"
    built = a_mail()

    with Carrier(folder) as carrier:
        carrier.carry(built, "17-confirmation")

    (file,) = folder.iterdir()
    assert file.name == "20211011T070000-17-confirmation.eml"
    assert file.read_bytes() == built.raw
    assert file.stat().st_mode & 0o077 == 0
