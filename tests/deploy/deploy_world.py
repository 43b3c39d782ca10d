"""A sandbox with an environment in it, and a command of a scheduler run there as the scheduler would."""

import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

from conftest import BUILD  # noqa: E402, F401  (the path comes first; tests take it from here)
from document_world import World  # noqa: E402

DEPLOY = ROOT / "deploy"


class DeployWorld(World):
    """Buckets, metadata and parameters of three Regions. What a command gets besides is what is passed."""

    def __init__(self, directory: pathlib.Path):
        super().__init__(directory)
        self.stack()
        self.parameters()

    def of_aws(self) -> dict[str, str]:
        """What an AWS role would be to the command; its Region is for the scheduler to say."""
        return {name: value for name, value in self.environment.items()
                if name not in ("AWS_REGION", "AWS_DEFAULT_REGION")}

    def call(self, *command, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run([str(word) for word in command], cwd=self.directory, text=True,
                              env={**self.of_aws(), **environment}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)


@pytest.fixture
def world(tmp_path):
    running = DeployWorld(tmp_path)
    yield running
    running.stop()
