"""What the program can say that went wrong: the texts of its errors, read in the source.

There is no list of them in the program: an error is made where it happens, by `fail(kind, what, next)`,
as an `Error` with its members, or of a key of a configuration by `field.error(what)`. Here each is
read as an operator would see it: "…" stands for what varies, and a choice of two words is both.
"""

import dataclasses
import functools
import pathlib
import re

from conftest import ROOT

VARIABLE = "…"
LITERAL = r'"(?:[^"\\\n]|\\.)*"'
TOKEN = re.compile(LITERAL + r"|'(?:[^'\\]|\\.)'|//[^\n]*|R\"\((?:.|\n)*?\)\"|.|\n")


@dataclasses.dataclass(frozen=True, order=True)
class Message:
    module: str  # "engine", "notify": the folder below src
    what: str
    kind: str  # of ErrorKind
    next: str  # "" where it says none, VARIABLE where that is put together elsewhere


def split_arguments(text: str, at: int) -> list[str]:
    """Those behind an opening bracket at `at` - 1, up to its closing one."""
    parts, depth, now = [], 0, ""
    for token in TOKEN.finditer(text, at):
        word = token[0]
        if word.startswith("//"):
            continue
        if word in "([{":
            depth += 1
        elif word in ")]}":
            depth -= 1
            if depth < 0:
                return [part.strip() for part in (*parts, now) if part.strip()]
        elif word == "," and depth == 0:
            parts.append(now)
            now = ""
            continue
        now += word
    return []


def split_at(text: str, separator: str) -> list[str]:
    parts, depth, now = [], 0, ""
    for token in TOKEN.finditer(text):
        word = token[0]
        depth += (word in "([{") - (word in ")]}") if len(word) == 1 else 0
        if word == separator and depth == 0:
            parts.append(now)
            now = ""
        else:
            now += word
    return [*parts, now]


def unquoted(text: str) -> str:
    return "".join(re.sub(r"\\(.)", r"\1", each[1:-1]) for each in re.findall(LITERAL, text))


def texts_of(expression: str) -> list[str]:
    """What an expression may read; the first of its forms is the plain one."""
    expression = expression.strip()
    if choice := split_at(expression, "?")[1:]:
        ways = split_at("?".join(choice), ":")
        return [text for way in ways for text in texts_of(way)]
    if len(parts := split_at(expression, "+")) > 1:
        found = [""]
        for part in parts:
            found = [before + text for before in found for text in texts_of(part)]
        return [re.sub(f"{VARIABLE}+", VARIABLE, text) for text in found]
    if re.fullmatch(rf"(?:{LITERAL}\s*)+", expression):
        return [unquoted(expression)]
    if call := re.match(r"(?:fmt::format|std::string)\(", expression):
        inside = split_arguments(expression, call.end())
        if inside and inside[0].startswith('"'):
            return [re.sub(r"\{[^{}]*\}", VARIABLE, unquoted(inside[0]))]
    if expression.startswith("(") and expression.endswith(")"):
        return texts_of(expression[1:-1])
    return [VARIABLE]


def made_in(text: str):
    """(what, kind, next) of each error that a source file makes, as expressions."""
    for found in re.finditer(r"\bfail\(\s*ErrorKind::(\w+)\s*,", text):
        what, *rest = split_arguments(text, found.end()) or [""]
        yield what, found[1], rest[0] if rest else ""
    for found in re.finditer(r"\.what\s*=\s*(?!=)", text):
        what = split_arguments(text, found.end())
        kind = re.findall(r"\.kind\s*=\s*ErrorKind::(\w+)", text[found.start() - 80:found.start()])
        step = re.match(r"(?s)(?:.(?!\.what))*?\.next\s*=\s*", text[found.end():found.end() + 600])
        rest = split_arguments(text, found.end() + step.end()) if step else []
        yield (what or [""])[0], (kind or [""])[-1], rest[0] if rest else ""
    for found in re.finditer(r"[.>]error\((?=\s*(?:\"|fmt::format))", text):
        yield 'key + " " + ' + " + \" \" + ".join(split_arguments(text, found.end())), "configuration", ""


@functools.cache
def all_messages() -> list[Message]:
    found = set()
    for path in sorted((ROOT / "src").rglob("*.cc")):
        module = path.relative_to(ROOT / "src").parts[0]
        for what, kind, step in made_in(path.read_text()):
            steps = [text for text in texts_of(step) if text.strip(VARIABLE + " ;")] if step else []
            for text in texts_of(what):
                if text.strip(f"{VARIABLE} :;,.()'"):
                    found.add(Message(module, text.strip(), kind, " / ".join(steps)))
    return sorted(found)


MODULES = {
    "aws": "Calls, credentials, connections",
    "base": "Times, files, encodings",
    "cli": "The command line, and commands",
    "engine": "Backup, restore, drill, infra",
    "notify": "Notices",
    "report": "The work directory",
    "runtime": "Time that is over",
    "snapshot": "Snapshots and repositories",
}
# What to do where the message itself says nothing, by its kind.
KINDS = {
    "usage": "wrong usage (exit 2): the command's `--help`",
    "configuration": "something is set wrong (exit 2): correct what it names",
    "credentials": "nobody vouches for you (exit 2): `ssm-backup doctor`, section 9.2 of the runbook",
    "denied": "a right is lacking: section 9.2 of the runbook",
    "not_found": "what it names is not there: is it spelt right, is it the right Region and account?",
    "conflict": "somebody else is at it, or was before: look who, then run again",
    "invalid": "the other side does not take it: the lines below it say why",
    "corrupt": "what was read is damaged: `ssm-backup verify --all`, or ask the source by hand",
    "throttled": "too many calls: it goes on by itself, else `--quota-share`",
    "transient": "the other side is in trouble: run again",
    "unreachable": "no way there: section 9.3 of the runbook",
    "timeout": "time is over: section 9.3 of the runbook",
    "cancelled": "it was interrupted: run again",
    "local_io": "this machine's disk or terminal: section 9.4 of the runbook",
    "internal": "a defect: report it with the command line",
    "": "a part of a longer message, which says what to do",
}
HEAD = """# Messages that stand in no table of the runbook

[Section 9 of the runbook](runbook.md#9-troubleshooting) explains what operators meet. Here is all else that the program
can say went wrong, with the `next:` that it prints; read out of the source, and held equal to it by a test
(`UPDATE_GOLDEN=1` writes it). `…` stands for what varies. Many are parts of a longer message ("…: it has no ETag").

[Runbook の 9 章](runbook.ja.md#9-トラブルシューティング)の表にないメッセージの一覧です。`…` は可変部分です。
`next:` の欄はプログラムが表示する対処方法で、空欄の場合は、次の表の「種別」ごとの対処を参照してください。

"""


def shown(text: str) -> str:
    return text.replace("|", "\\|").replace("`", "'")


def appendix(messages: list[Message]) -> str:
    """docs/messages.md of these."""
    kinds = sorted({message.kind for message in messages})
    text = HEAD + "| kind (種別) | where no `next:` stands |\n|---|---|\n"
    text += "".join(f"| {kind or '-'} | {KINDS[kind]} |\n" for kind in kinds)
    for module, title in MODULES.items():
        of_module = [message for message in messages if message.module == module]
        if not of_module:
            continue
        text += f"\n## {title}\n\n| message | kind | next: |\n|---|---|---|\n"
        text += "".join(f"| `{shown(each.what)}` | {each.kind or '-'} | {shown(each.next)} |\n"
                        for each in of_module)
    return text
