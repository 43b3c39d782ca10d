"""Bad input: the command line, the disk, and where the result should go. See bad_world.py."""

import os
import resource

import pytest
from bad_world import BACKUP, REGION, Plays, Row, World

VERIFY = BACKUP.replace("backup", "verify", 1)


def work_dir_below_a_file(world: World):
    (world.directory / "file").write_text("")


def without_rights(world: World):
    """Root may write anywhere: without the capability it may not."""
    if os.geteuid() == 0:
        world.prefix = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


def work_dir_of_another(world: World):
    (world.directory / "backup-work").mkdir(mode=0o555)
    without_rights(world)


def repository_of_another(world: World):
    world.repository.mkdir(mode=0o555)
    without_rights(world)


def many(world: World):
    """1 MB of parameters."""
    world.put(REGION, [{"Name": f"/app/dev/many{number}", "Value": "x" * 8000, "Type": "String"}
                       for number in range(128)])


def full_disk(world: World):
    """A file system of 256 KiB, seen by that one process; what it holds at the end is kept."""
    many(world)
    world.repository.mkdir()
    (world.directory / "kept").mkdir()
    script = ('mount -t tmpfs -o size=256k none repository || exit 99\n'
              '"$@"; code=$?\ncp -a repository/. kept/; exit $code')
    world.prefix = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    world.repository = world.directory / "kept"


def file_size_limit(world: World):
    many(world)
    limit = 256 << 10
    world.options["preexec_fn"] = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def file_size_limit_of_the_shell(world: World):
    """As `ulimit -f` in a shell: nobody ignores the signal for us."""
    many(world)
    world.prefix = ["sh", "-c", 'ulimit -f 256; exec "$@"', "sh"]


def repository_below_a_file(world: World):
    world.repository.write_text("")


def reader_gone(world: World):
    """A pipe that nobody reads any more: `ssm-backup ... | head -0`."""
    read, write = os.pipe()
    os.close(read)
    world.options["stdout"] = write


def stdout_closed(world: World):
    world.prefix = ["sh", "-c", 'exec "$@" >&-', "sh"]


def stdout_full(world: World):
    world.prefix = ["sh", "-c", 'exec "$@" >/dev/full', "sh"]


def everything_closed(world: World):
    """As some schedulers start their jobs. Nothing that is opened may take their numbers."""
    world.prefix = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"]


def no_such_stack(world: World):
    (world.directory / "Pulumi.dev.yaml").write_text("config: [unfinished\n")


ROWS = [
    Row("an unknown command", 2, "bakcup --env dev"),
    Row("help on what is not there", 2, "help exit-code"),
    Row("a flag in place of a command", 2, "--env dev backup"),
    Row("an unknown flag", 2, f"{BACKUP} --keep-goign"),
    Row("a flag without its value", 2, f"{BACKUP} --profile"),
    Row("a flag with an empty value", 2, f"{BACKUP} --profile ''"),
    Row("a flag that is given twice", 2, f"{BACKUP} --env prod"),
    Row("a bad number", 2, f"{BACKUP} --concurrency many"),
    Row("a number out of its range", 2, f"{BACKUP} --jobs 0"),
    Row("a bad time", 2, f"{BACKUP} --deadline 10x"),
    Row("a quota share of 0", 2, f"{BACKUP} --quota-share 0"),
    Row("a bad choice", 2, f"{BACKUP} --output yaml"),
    Row("an argument that nobody asked for", 2, f"{BACKUP} now"),
    Row("no environment", 2, "backup --region us-west-2 --repository ./repository"),
    Row("an environment that is no word", 2, BACKUP.replace("dev", "a/b")),
    Row("a malformed repository", 2, BACKUP.replace("repository ./repository", "repository s3://")),
    Row("a repository in a Region that is none", 2,
        BACKUP.replace("repository ./repository", "repository s3://bucket,region=Oregon")),
    Row("an endpoint URL that is none", 2, f"{BACKUP} --endpoint-url localhost:80"),
    Row("a stack file that is missing", 2, "infra plan -f Pulumi.prod.yaml"),
    Row("a stack file that is no YAML", 2, "infra plan -f Pulumi.dev.yaml", no_such_stack),
    Row("an unwritable work dir", 1, f"{BACKUP} --work-dir file/work", work_dir_below_a_file),
    Row("a work dir of another user", 1, given=work_dir_of_another),
    Row("a repository of another user", 1, given=repository_of_another),
    Row("a repository below a file", 1, BACKUP + "/below", repository_below_a_file),
    Row("a full disk", 1, given=full_disk),
    Row("a limit on the size of files", 1, given=file_size_limit),
    Row("a limit on the size of files, from the shell", 1, given=file_size_limit_of_the_shell),
    Row("standard output is a pipe that nobody reads", 1, given=reader_gone, moves=True),
    Row("standard output is closed", 1, given=stdout_closed, moves=True),
    Row("standard output is a full disk", 1, given=stdout_full, moves=True),
    Row("standard output is closed, as JSON", 1, f"{BACKUP} --output json --progress none", stdout_closed,
        moves=True),
]


@pytest.fixture(scope="module")
def plays(request, tmp_path_factory):
    return Plays(request, tmp_path_factory)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_local(row, plays):
    plays.runs[row.name].result()


def test_closed_streams_never_become_files(tmp_path):
    """What goes to standard output and error lands in no document, index or pointer."""
    world = World(tmp_path)
    try:
        everything_closed(world)
        assert world.run(BACKUP).returncode == 1
        world.prefix = []
        assert world.run(VERIFY).returncode == 0
    finally:
        world.stop()
