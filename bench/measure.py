#!/usr/bin/env python3
"""Runs a command and tells what it cost, from wait4: the last line of standard error is JSON.

usage: measure.py COMMAND...

A process of its own, and a small one: the kernel counts what the parent held at the fork into the
child's peak, so a caller with boto3 loaded would hide what a small program took.
"""

import json
import os
import sys
import time


def main():
    begin = time.monotonic()
    pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
    _, status, usage = os.wait4(pid, 0)
    cost = {
        "wall": time.monotonic() - begin,
        "cpu": usage.ru_utime + usage.ru_stime,
        "rss": usage.ru_maxrss * 1024,
        "exit": os.waitstatus_to_exitcode(status),
    }
    print(json.dumps(cost), file=sys.stderr)


if __name__ == "__main__":
    main()
