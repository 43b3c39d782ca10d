"""A server that answers what no service should: in place of SSM, STS or S3."""

import dataclasses
import http.client
import http.server
import re
import threading


@dataclasses.dataclass
class Answer:
    """What a Hostile says to every request."""

    status: int  # 0: none, ever
    body: bytes = b""
    type: str = "application/x-amz-json-1.1"
    headers: dict = dataclasses.field(default_factory=dict)
    length: int | None = None  # what Content-Length says, if not the truth
    gate: threading.Barrier | None = None  # in place of an answer: let through when all are there
    only: str = ""  # a pattern of "METHOD path target region": what else comes goes to the sandbox


class Hostile(http.server.ThreadingHTTPServer):
    """Answers everything alike, or what `answer.only` says; the rest goes to `behind`."""

    daemon_threads = True

    def __init__(self, answer: Answer, behind: str):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.behind = behind
        self.over = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=[0.01], daemon=True).start()

    def handle_error(self, request, client_address):
        """A client that hangs up is what some rows are about."""

    def stop(self):
        self.over.set()
        self.shutdown()
        self.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def respond(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = self.server.answer
        scope = self.headers.get("Authorization", "").split("/")  # AWS4 Credential=KEY/date/region
        region = scope[2] if len(scope) > 2 else ""
        what = f"{self.command} {self.path} {self.headers.get('X-Amz-Target', '')} {region}"
        if not re.search(answer.only, what):
            answer = self.forward(body)
        elif answer.gate:
            answer.gate.wait(timeout=30)
            answer = self.forward(body)
        elif answer.status == 0:
            self.server.over.wait()
            self.close_connection = True
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.type)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", answer.length or len(answer.body))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        self.close_connection = answer.length is not None

    def forward(self, body: bytes) -> Answer:
        connection = http.client.HTTPConnection(self.server.behind.removeprefix("http://"))
        connection.request(self.command, self.path, body, dict(self.headers))
        got = connection.getresponse()
        headers = {name: value for name, value in got.getheaders()
                   if name.lower() not in ("content-length", "content-type", "date", "server")}
        return Answer(got.status, got.read(), got.getheader("Content-Type", ""), headers)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = respond

    def log_message(self, *_):
        pass
