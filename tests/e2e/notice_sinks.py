"""Whom a notice goes to, as servers on this machine: a web server, and an SMTP server with TLS."""

import datetime
import email
import email.policy
import http.server
import json
import socket
import ssl
import subprocess
import threading
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


class Web:
    """Takes what is posted; answers with `status` and `body`, after `delay` seconds. With `hangs_up` it lets
    a connection stay open, and closes it when the next post comes."""

    def __init__(self):
        self.status, self.body, self.delay, self.posts = 200, b"ok", 0.0, []
        self.headers, self.hangs_up = {}, False
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def setup(self):
                super().setup()
                self.protocol_version = "HTTP/1.1" if sink.hangs_up else "HTTP/1.0"
                self.answered = False

            def do_POST(self):  # noqa: N802
                if self.answered:
                    self.close_connection = True
                    return
                self.answered = True
                text = self.rfile.read(int(self.headers["Content-Length"]))
                is_json = self.headers["Content-Type"].startswith("application/json")
                sink.posts.append((self.path, dict(self.headers),
                                   json.loads(text) if is_json else text.decode()))
                time.sleep(sink.delay)
                status = sink.status.pop(0) if isinstance(sink.status, list) else sink.status
                self.send_response(status)
                self.send_header("Content-Length", str(len(sink.body)))
                for name, value in sink.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(sink.body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def certificate(directory):
    """A key, and a certificate of its own for 127.0.0.1 and localhost."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-keyout", directory / "key.pem", "-out", directory / "cert.pem", "-days", "2", "-nodes",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True, capture_output=True)
    return directory / "cert.pem", directory / "key.pem"


class Mails:
    """aiosmtpd with STARTTLS, which asks for a user and a password once the line is encrypted."""

    USER, PASSWORD = b"backup", b"s3cret/of+smtp"

    def __init__(self, directory, starttls=True, delay=0.0):
        cert, key = certificate(directory)
        self.ca, self.received, self.logins, self.delay = cert, [], [], delay
        self.refuses = ""
        self.unknown = {}  # an address, and what is said of it
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(cert, key)
        more = {"tls_context": context, "require_starttls": True,
                "auth_required": True, "authenticator": self.authenticate} if starttls else {}
        self.controller = Controller(self, hostname="127.0.0.1", port=0,
                                     server_hostname="localhost", **more)
        # The controller looks for itself at the port it was given: any free one.
        self.controller.port = free_port()
        self.controller.start()
        self.port = self.controller.port

    def authenticate(self, server, session, envelope, mechanism, data):
        self.logins.append(mechanism)
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (
            self.USER, self.PASSWORD)
        # Not handled: the server says 535 by itself.
        return AuthResult(success=good, handled=False)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.unknown:
            return self.unknown[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        import asyncio

        await asyncio.sleep(self.delay)
        if self.refuses:
            return self.refuses
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.received.append((envelope.mail_from, envelope.rcpt_tos, message))
        return "250 taken"

    def stop(self):
        self.controller.stop()


class LateMails:
    """A plain SMTP server that greets after `delay` seconds, and takes everything."""

    def __init__(self, delay: float):
        self.delay, self.messages = delay, []
        self.listening = socket.socket()
        self.listening.bind(("127.0.0.1", 0))
        self.listening.listen()
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        connection, _ = self.listening.accept()
        time.sleep(self.delay)
        connection.sendall(b"220 here at last\r\n")
        lines, text = connection.makefile("rb"), None
        for line in lines:
            if text is not None:
                text.append(line)
                if line == b".\r\n":
                    self.messages.append(b"".join(text))
                    text = None
                    connection.sendall(b"250 taken\r\n")
            elif line.upper().startswith(b"DATA"):
                text = []
                connection.sendall(b"354 go on\r\n")
            else:
                connection.sendall(b"250 OK\r\n")

    def stop(self):
        self.listening.close()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def age_of(message) -> datetime.timedelta:
    return datetime.datetime.now(datetime.timezone.utc) - message["Date"].datetime
