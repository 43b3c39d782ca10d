"""What bash, zsh and fish offer behind a command line, asked of the shells themselves.

Each shell runs once with a completion script and answers line after line: the words that it would
insert. Files are offered as the shell itself does it; bash, which does so behind the back of the
script, says "<files>" or "<directories>".
"""

import os
import pathlib
import pty
import re
import subprocess
import threading

# Between two answers.
END = "== end"


class Shell:
    """One answer a line of the command line."""

    def __init__(self, command: list, environment: dict, directory: pathlib.Path):
        self.process = subprocess.Popen(
            command, env=environment, cwd=directory, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def ask(self, text: str) -> list[str]:
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        answer = []
        for line in self.process.stdout:
            line = line.rstrip("\n")
            if line == END:
                return answer
            answer.append(line)
        raise AssertionError(f"the shell ended: {answer}")

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)
        self.process.stdout.close()


# compopt is for a completion that readline began; here it tells what it was asked for.
BASH = r"""
source "$1"
compopt() {
  case $* in
    '-o default') echo '<files>' ;;
    '-o dirnames') echo '<directories>' ;;
    *) echo "compopt $*" ;;
  esac
}
while IFS= read -r COMP_LINE; do
  COMP_POINT=${#COMP_LINE}
  COMP_WORDS=()
  while IFS= read -r word && [[ $word != "$2" ]]; do COMP_WORDS+=("$word"); done
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  _ssm_backup ssm-backup "${COMP_WORDS[COMP_CWORD]}"
  ((${#COMPREPLY[@]})) && printf '%s\n' "${COMPREPLY[@]}"
  printf '%s\n' "$2"
done
"""


class Bash(Shell):
    def __init__(self, script: pathlib.Path, environment: dict, directory: pathlib.Path):
        super().__init__(["bash", "--norc", "--noprofile", "-c", BASH, "bash", script, END],
                         environment, directory)

    def offered(self, line: str) -> list[str]:
        return self.ask("\n".join([line, *bash_words(line), END]))


def bash_words(line: str) -> list[str]:
    """COMP_WORDS: as the shell takes it apart, quotes and all, and at = and : besides."""
    words = []
    for word in re.findall(r"""(?:'[^']*'?|"[^"]*"?|\\.|[^\s'"])+""", line):
        words += [piece for piece in re.split(r"([=:]+)", word) if piece]
    return words if line and not line[-1].isspace() else [*words, ""]


FISH = """
source $argv[1]
while read -l line
    complete -C "$line"
    echo $argv[2]
end
"""


class Fish(Shell):
    def __init__(self, script: pathlib.Path, environment: dict, directory: pathlib.Path):
        super().__init__(["fish", "--no-config", "-c", FISH, script, END], environment, directory)

    def answers(self, line: str) -> list[list[str]]:
        """Words with their descriptions."""
        return [answer.split("\t") for answer in self.ask(line)]

    def offered(self, line: str) -> list[str]:
        return [answer[0] for answer in self.answers(line)]


# zsh completes in its line editor alone. compadd is where every word that it offers passes by.
ZSH = r"""
PS1= PS2= RPS1=
unsetopt zle_bracketed_paste prompt_cr prompt_sp 2>/dev/null
zstyle ':completion:*' menu no
zstyle ':completion:*' insert-tab false
fpath=("$SCRIPTS" $fpath)
autoload -Uz compinit && compinit -u -d "$SCRIPTS/dump"
exec {answers}>"$ANSWERS"
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
    builtin compadd "$@"
    return
  fi
  local -a hits shown array
  zparseopts -E -a array d:=array
  local -a descriptions=("${(@P)array[2]}")
  builtin compadd -A hits -D descriptions "$@"
  local i
  for ((i = 1; i <= $#hits; i++)); do
    print -ru $answers -- "$hits[i]"$'\t'"${descriptions[i]}"
  done
  builtin compadd "$@"
}
answer() {
  zle complete-word
  print -ru $answers -- "$END"
  BUFFER=
}
zle -N answer
bindkey '^T' answer
print -ru $answers -- "$END"
"""


class Zsh:
    def __init__(self, script: pathlib.Path, environment: dict, directory: pathlib.Path):
        home = directory.parent / "zsh"
        home.mkdir()
        (home / "_ssm-backup").write_bytes(script.read_bytes())
        (home / ".zshrc").write_text(ZSH)
        os.mkfifo(home / "answers")
        self.terminal, slave = pty.openpty()
        self.process = subprocess.Popen(
            ["zsh", "-d", "-i"], stdin=slave, stdout=slave, stderr=slave, cwd=directory,
            start_new_session=True,
            env={**environment, "ZDOTDIR": str(home), "SCRIPTS": str(home), "TERM": "dumb",
                 "ANSWERS": str(home / "answers"), "END": END, "COLUMNS": "200"})
        os.close(slave)
        threading.Thread(target=self.drain, daemon=True).start()
        self.file = open(home / "answers", encoding="utf-8")
        self.read()

    def drain(self):
        """What it shows: unread it would wait."""
        try:
            while os.read(self.terminal, 4096):
                pass
        except OSError:
            pass  # it has ended

    def read(self) -> list[str]:
        answer = []
        for line in self.file:
            line = line.rstrip("\n")
            if line == END:
                return answer
            answer.append(line)
        raise AssertionError(f"zsh ended: {answer}")

    def answers(self, line: str) -> list[list[str]]:
        os.write(self.terminal, line.encode() + b"\x14")
        return [answer.split("\t") for answer in self.read()]

    def offered(self, line: str) -> list[str]:
        return [answer[0] for answer in self.answers(line)]

    def stop(self):
        os.write(self.terminal, b"\x15exit\n")
        self.process.wait(timeout=20)
        self.file.close()
        os.close(self.terminal)


SHELLS = {"bash": Bash, "zsh": Zsh, "fish": Fish}
