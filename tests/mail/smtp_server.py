"""A real SMTP server for the tests, in a thread of this process."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


@dataclass
class Inbox:
    """What the server has taken, and how it answers: `answers` maps an address to another answer than yes. It takes
    `seconds` for each mail, and `hangs_up` instead of saying that it has taken one."""

    port: int = 0
    envelopes: list = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    data_answer: str = "250 OK"
    quit_answer: str = "221 Bye"
    seconds: float = 0
    hangs_up: bool = False
    on_data: Callable[[int], None] | None = None  # called with how many mails were taken, before the answer

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  (aiosmtpd's name)
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  (aiosmtpd's name)
        if self.data_answer.startswith("250"):
            self.envelopes.append((envelope, session))
            if self.on_data:
                self.on_data(len(self.envelopes))
            await asyncio.sleep(self.seconds)
            if self.hangs_up:
                server.transport.abort()
        return self.data_answer

    async def handle_QUIT(self, server, session, envelope):  # noqa: N802  (aiosmtpd's name)
        return self.quit_answer


class _Controller(Controller):
    def _trigger_server(self) -> None:
        """The parent looks for the port it was given, which is 0: find the one the system gave."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def smtp_server(*, port: int = 0, tls_context=None, credentials: tuple[str, str] | None = None) -> Iterator[Inbox]:
    """A server on the port (any that is free for 0); it asks for TLS and for credentials where they are given."""
    inbox = Inbox()

    def authenticate(server, session, envelope, mechanism, given) -> AuthResult:
        said = (given.login.decode(), given.password.decode())
        return AuthResult(success=said == credentials, handled=False)

    controller = _Controller(
        inbox,
        hostname="127.0.0.1",
        port=port,
        tls_context=tls_context,
        require_starttls=tls_context is not None,
        authenticator=authenticate if credentials else None,
        auth_required=credentials is not None,
        auth_require_tls=tls_context is not None,
    )
    controller.start()
    inbox.port = controller.port
    try:
        yield inbox
    finally:
        controller.stop()
