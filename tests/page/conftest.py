"""The report as a browser shows it: Debian's Chromium, on a page that the real program made of a month
of snapshots (tests/month)."""

import contextlib
import datetime
import functools
import http.server
import json
import os
import pathlib
import subprocess
import threading

import pytest
from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SSM_BACKUP_BUILD", ROOT / "build" / "release"))
REGIONS = ["ap-northeast-1", "us-west-2", "us-east-1"]
# How Jenkins shows artifacts:
# https://www.jenkins.io/doc/book/security/configuring-content-security-policy/
JENKINS = "sandbox; default-src 'none'; img-src 'self'; style-src 'self'"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]


class Month:
    """What ssm-backup-month has left, and the report on it."""

    def __init__(self, place: pathlib.Path, ending: str):
        self.place = place
        now = datetime.datetime.now(datetime.timezone.utc)
        end = (now - datetime.timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
        subprocess.run([BUILD / "tests" / "ssm-backup-month", place, end, ending], check=True)
        self.out = self.report("page")
        self.json = json.loads((self.out / "report.json").read_text())
        self.html = (self.out / "report.html").read_text()

    def report(self, name: str, *flags) -> pathlib.Path:
        out = self.place / name
        words = ["report", "--env", "dev", "--repository", "./repository", "--copy-to", "./copy",
                 "--out", out, "--work-dir", "no-work", *flags]
        for region in REGIONS:
            words += ["--region", region]
        self.said = subprocess.run(
            [BUILD / "ssm-backup", *words], check=True, capture_output=True, text=True,
            cwd=self.place,
            env={"PATH": os.environ["PATH"], "HOME": str(self.place),
                 "AWS_EC2_METADATA_DISABLED": "true"}).stdout
        return out


@pytest.fixture(scope="session")
def months(tmp_path_factory) -> dict:
    return {ending: Month(tmp_path_factory.mktemp(ending), ending) for ending in ("well", "amiss")}


@pytest.fixture(params=["well", "amiss"])
def month(request, months) -> Month:
    return months[request.param]


@contextlib.contextmanager
def served(directory: pathlib.Path, policy: str = "", style_sheet: bool = True):
    """The directory over HTTP, with a content security policy, or without its style sheet."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self):
            if policy:
                self.send_header("Content-Security-Policy", policy)
            super().end_headers()

        def do_GET(self):
            if self.path.endswith(".css") and not style_sheet:
                self.send_error(404)
            elif self.path == "/favicon.ico":  # nobody but the browser asks for it
                self.send_response(204)
                self.end_headers()
            else:
                super().do_GET()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=str(directory)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/report.html"
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def launched(*flags):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("SSM_BACKUP_CHROMIUM", "/usr/bin/chromium"),
            args=[*QUIET, *flags])
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="module")
def chromium():
    with launched() as browser:
        yield browser


@contextlib.contextmanager
def shown(chromium, url: str, width: int = 1600, scheme: str = "light", scale: float = 1):
    """A page of that width (CSS pixels) in that colour scheme; what it complains of is kept."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme,
                                   device_scale_factor=scale)
    try:
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.goto(url)
        yield page
    finally:
        context.close()
