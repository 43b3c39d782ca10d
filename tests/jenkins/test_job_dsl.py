"""The Job DSL scripts, executed against a recorder, with the settings that README.md shows."""

import pathlib
import re

import pytest
import yaml
from jenkins_world import CHOICES, DEFAULTS, DEPLOY, compare, harness

SCRIPTS = ["admin_ssm_backup_job.groovy", "restore/admin_ssm_restore_job.groovy",
           "drill/admin_ssm_drill_job.groovy"]


def readme_settings() -> dict:
    """The seed job's YAML, as README.md has it."""
    text = (DEPLOY / "README.md").read_text()
    (block,) = re.findall(r"```yaml\n(commonSettings:.*?)```", text, re.DOTALL)
    return yaml.safe_load(block)


def record(directory: pathlib.Path, script: pathlib.Path, bindings: dict) -> dict:
    (result,) = harness([directory], [{"dsl": str(script), "bindings": bindings}])
    return result


@pytest.mark.parametrize("script", SCRIPTS)
def test_job(script, tmp_path):
    made = record(tmp_path, DEPLOY / script, readme_settings())
    assert "lines" in made, made
    compare(f"job {pathlib.Path(script).stem}", "\n".join(made["lines"]) + "\n")


@pytest.mark.parametrize("script", SCRIPTS)
def test_builds_of_the_other_tests_get_these_parameters(script, tmp_path):
    lines = record(tmp_path, DEPLOY / script, readme_settings())["lines"]
    found = [re.match(r" +(\w+)Param '(\w+)', (.*), '[^']*'$", line) for line in lines]
    found = {each[2]: (each[1], each[3]) for each in found if each}
    defaults = DEFAULTS[script.split("_")[-2]]
    assert set(found) == set(defaults)
    for name, (kind, said) in found.items():
        if kind == "choice":
            assert said == f"[{', '.join(CHOICES[name])}]"
        else:
            assert said == {"boolean": str(defaults[name]).lower(), "string": f"'{defaults[name]}'"}[kind]


@pytest.mark.parametrize("script", SCRIPTS[1:])
def test_who_starts_a_build_does_not_choose_the_branch(script, tmp_path):
    settings = readme_settings()
    made = record(tmp_path, DEPLOY / script, settings)
    assert "                    branch 'main'" in made["lines"]
    settings["jenkinsJobsConfig"][pathlib.Path(script).stem]["branch"] = "release"
    made = record(tmp_path, DEPLOY / script, settings)
    assert "                    branch 'release'" in made["lines"]


def test_the_seed_of_the_readme_makes_these_jobs():
    """An example that nothing executes: the harness has no Job DSL step. It names what there is."""
    seed = (DEPLOY / "seed" / "Jenkinsfile").read_text()
    assert re.findall(r"'deploy/jenkins/(\S+\.groovy)'", seed) == SCRIPTS
    [folder] = re.findall(r"folder\('(\w+)'\)", seed)
    assert all(f'pipelineJob("{folder}/' in (DEPLOY / script).read_text() for script in SCRIPTS)
    assert "readYaml(file: 'seed.yaml')" in seed and "`seed.yaml`" in (DEPLOY / "README.md").read_text()


def test_another_default_environment(tmp_path):
    settings = readme_settings()
    settings["jenkinsJobsConfig"]["admin_ssm_backup_job"]["environments"] = ["prod", "dev"]
    made = record(tmp_path, DEPLOY / SCRIPTS[0], settings)
    assert "        choiceParam 'ENVIRONMENT', [prod, dev], '環境を選択'" in made["lines"]


@pytest.mark.parametrize(("name", "text", "refusal"), [
    ("an unknown word", "pipelineJob('a') { disabeld(true) }", "pipelineJob has no 'disabeld' here"),
    ("a word in the wrong place", "pipelineJob('a') { spec('0 13 * * *') }", "pipelineJob has no 'spec' here"),
    ("an argument of another type", "pipelineJob('a') { disabled('yes') }",
     "disabled wants [Boolean], not [String]"),
    ("an unknown kind of job", "freeStyleJob('a') { }", "the script has no 'freeStyleJob' here"),
], ids=lambda value: value if " " in str(value) and "(" not in str(value) else "")
def test_refused(name, text, refusal, tmp_path):
    script = tmp_path / "job.groovy"
    script.write_text(text)
    assert refusal in record(tmp_path, script, {})["refused"], name
