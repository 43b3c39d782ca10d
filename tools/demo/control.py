#!/usr/bin/env python3
"""Speaks to the demo's sandbox on its control path (sandbox/README.md).

usage: control.py URL CA_FILE set WHAT FILE       quota or faults, from a file
       control.py URL CA_FILE puts REGION         how many PutParameter calls were made there
       control.py URL CA_FILE wait-puts REGION N  until there are so many
       control.py URL CA_FILE throttled REGION    what the quota made of them
"""

import json
import ssl
import sys
import time
import urllib.request

PATIENCE = 30  # seconds


class Control:
    def __init__(self, url: str, ca_file: str):
        self.url = url
        self.context = ssl.create_default_context(cafile=ca_file)

    def ask(self, what: str, body: bytes | None = None):
        request = urllib.request.Request(f"{self.url}/_sandbox/{what}", body,
                                         method="PUT" if body else "GET")
        with urllib.request.urlopen(request, context=self.context) as answer:
            return json.load(answer)

    def puts(self, region: str) -> int:
        return sum(row["calls"] for row in self.ask("state")["counters"]
                   if row["operation"] == "ssm:PutParameter" and row["region"] == region)

    def throttled(self, region: str) -> str:
        (use,) = [row for row in self.ask("quota")["uses"]
                  if row["region"] == region and row["group"] == "PutParameter"]
        return f"{use['throttled']} of {use['calls']} puts were throttled"

    def wait(self, region: str, count: int):
        end = time.monotonic() + PATIENCE
        while self.puts(region) < count:
            if time.monotonic() > end:
                sys.exit(f"no {count} puts in {PATIENCE} s")
            time.sleep(0.05)


def main():
    url, ca_file, verb, *rest = sys.argv[1:]
    control = Control(url, ca_file)
    if verb == "set":
        what, file = rest
        with open(file, "rb") as text:
            control.ask(what, text.read())
    elif verb == "puts":
        print(control.puts(rest[0]))
    elif verb == "throttled":
        print(control.throttled(rest[0]))
    else:
        control.wait(rest[0], int(rest[1]))


if __name__ == "__main__":
    main()
