#!/usr/bin/env python3
"""Fills the demo's sandbox: parameters of every kind in each Region.

usage: seed.py URL CA_FILE KEY_ID REGION[=ORDINARY_ONES]...     290 if not said
"""

import datetime
import json
import ssl
import sys
import urllib.request

IN_A_YEAR = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=365)).strftime(
    "%Y-%m-%dT%H:%M:%S.000Z"
)


def policy(kind, **attributes):
    # As SSM writes it back.
    text = json.dumps({"Type": kind, "Version": "1.0", "Attributes": attributes},
                      separators=(",", ":"))
    return {"PolicyText": text, "PolicyType": kind, "PolicyStatus": "Pending"}


def tags(**pairs):
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


def special(region, key_id):
    """One of each kind that makes a backup think."""
    return [
        {"Name": "/app/dev/db/password", "Type": "SecureString", "Value": f"p\u00e4ss w\u00f6rd of {region}\n",
         "KeyId": key_id, "Description": "the database's password", "Version": 3,
         "Labels": ["current"], "Tags": tags(Owner="db", Rotation="30d"),
         "History": [{"Value": "first"}, {"Value": "second", "Labels": ["previous"]}]},
        {"Name": "/app/dev/tls/chain", "Value": "C" * 8192, "Tier": "Advanced",
         "Description": "8 KB, the most there is"},
        {"Name": "/app/dev/license", "Value": "L-1", "Tier": "Advanced",
         "Policies": [policy("Expiration", Timestamp=IN_A_YEAR),
                      policy("ExpirationNotification", Before="15", Unit="Days"),
                      policy("NoChangeNotification", After="20", Unit="Days")]},
        {"Name": "/app/dev/greeting", "Value": "\u3053\u3093\u306b\u3061\u306f \U0001f600 \u00e9\u0301",
         "Description": "\u6328\u62f6", "Tags": tags(Team="\u30c1\u30fc\u30e0")},
        {"Name": "/app/dev/a/b", "Value": "with a slash"},
        {"Name": "/app/dev/a_b", "Value": "with an underscore"},
        {"Name": "/app/dev/zones", "Type": "StringList", "Value": "a,b,c"},
        {"Name": "/app/dev/port", "Value": "5432", "AllowedPattern": "^\\d+$"},
        {"Name": "/app/dev/image", "Value": "ami-0123456789abcdef0", "DataType": "aws:ec2:image"},
        {"Name": "/app/dev/stack", "Value": "s", "Tags": tags(**{"aws:cloudformation:stack-name": "s"})},
        {"Name": "/app/devices/x", "Value": "--env dev must not take this one"},
        {"Name": "/app/prod/db/password", "Type": "SecureString", "Value": "nor this one"},
    ]


def ordinary(count):
    for i in range(count):
        secure = i % 3 == 0
        yield {"Name": f"/app/dev/service-{i % 12:02}/setting-{i:03}",
               "Type": "SecureString" if secure else "String",
               "Value": f"value {i} " + "x" * (i % 200),
               "Tags": tags(Service=f"service-{i % 12:02}", Number=str(i))}


def main():
    url, ca_file, key_id, *regions = sys.argv[1:]
    context = ssl.create_default_context(cafile=ca_file)
    for word in regions:
        region, _, count = word.partition("=")
        rows = special(region, key_id) + list(ordinary(int(count or 290)))
        body = {"region": region, "parameters": rows}
        request = urllib.request.Request(
            url + "/_sandbox/seed", json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, context=context) as answer:
            count = json.load(answer)["parameters"]
        print(f"{region}: {count} parameters")


if __name__ == "__main__":
    main()
