"""Secrets that are looked for, in every form in which they could slip out, and where to look."""

import base64
import hashlib
import json
import os
import pathlib
import random
import string

_PIECE = 16  # long enough to be there by no accident; a quote cut short is found too
_CHANCE = random.SystemRandom()


def canary(size: int = 40) -> str:
    """Letters and digits: the same text in JSON, XML and URLs."""
    return "".join(_CHANCE.choices(string.ascii_letters + string.digits, k=size))


def _pieces(text: str):
    """A handful of pieces, begin and end among them."""
    last = len(text) - _PIECE
    for at in sorted({*range(0, last, max(_PIECE, len(text) // 8)), last}):
        yield text[at : at + _PIECE].encode()


def _base64_inside(piece: bytes):
    """What of a piece's Base64 does not depend on its neighbours, for each of three alignments."""
    for shift, skip in ((0, 0), (1, 2), (2, 3)):
        whole = base64.b64encode(b"\0" * shift + piece)
        yield whole[skip : (shift + len(piece)) // 3 * 4]


def _digests(text: bytes):
    """A bare digest tells a short value to whoever can guess it."""
    for name in ("sha256", "sha1", "md5"):
        digest = hashlib.new(name, text)
        yield f"{name} as hex", digest.hexdigest().encode()
        yield f"{name} as Base64", base64.b64encode(digest.digest()).rstrip(b"=")


class Canaries:
    """The texts by name, and what to search for."""

    def __init__(self, texts: dict[str, str]):
        self.needles = {}
        for name, text in texts.items():
            for piece in _pieces(text):
                self.needles[piece] = name
                self.needles[piece.hex().encode()] = f"{name} as hex"
                self.needles |= {form: f"{name} as Base64" for form in _base64_inside(piece)}
            self.needles |= {
                digest: f"{name}: {form}" for form, digest in _digests(text.encode())
            }
        self.plain = {
            piece: name for name, text in texts.items() for piece in _pieces(text)
        }

    def found_in(self, *texts: bytes | str) -> list[str]:
        """The names of those that are in there, with their forms."""
        return self._found(self.needles, texts)

    def plain_in(self, *texts: bytes | str) -> list[str]:
        """Only as they are: for megabytes of memory."""
        return self._found(self.plain, texts)

    @staticmethod
    def _found(needles: dict[bytes, str], texts) -> list[str]:
        whole = [text.encode() if isinstance(text, str) else text for text in texts]
        return sorted({name for needle, name in needles.items() for t in whole if needle in t})


def files_below(directory: pathlib.Path):
    """(path, content) of each file, hidden ones too."""
    for place, _, names in os.walk(directory):
        for name in names:
            path = pathlib.Path(place) / name
            yield path, path.read_bytes()


def is_secret_key(key: str) -> bool:
    """Document and index are as secret as the values: design.md, section 5."""
    name = key.rsplit("/", 1)[-1]
    return name.endswith(".index") or name.startswith(("ssm-backup-", "partial-"))


def objects_of(s3, bucket: str):
    """(key, everything that S3 tells of it and its bytes) of each object that is not secret; of the
    secret ones what S3 tells."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    for key in [row["Key"] for page in pages for row in page.get("Contents", [])]:
        head = s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
        told = json.dumps(head, default=str).encode()
        if not is_secret_key(key):
            told += s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        yield key, told


def memory_of(pid: int):
    """(name of the mapping, bytes) of all that a process of ours can read of itself."""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
            fields = line.split()
            name = fields[5] if len(fields) > 5 else "anonymous"
            if "r" not in fields[1] or name in ("[vvar]", "[vvar_vclock]", "[vsyscall]"):
                continue
            first, last = (int(text, 16) for text in fields[0].split("-"))
            memory.seek(first)
            content = bytearray()
            while len(content) < last - first:
                more = memory.read(last - first - len(content))
                if not more:
                    break
                content += more
            yield name, bytes(content)
