"""The harness itself: what it refuses, and where its meaning of a step is easy to get wrong."""

import pathlib

import pytest
from jenkins_world import harness

PIPELINE = """
pipeline {{
    agent {{ label 'any' }}
    stages {{
        stage('One') {{
            steps {{
                {steps}
            }}
        }}
        stage('Two') {{ steps {{ echo 'two' }} }}
    }}
    {post}
}}
"""

REFUSED = {
    "an unknown step": ("checkout(scm: 1)", "no step 'checkout'"),
    "an unknown parameter": ("echo(text: 'a')", "echo has no parameter 'text'"),
    "a block where none is taken": ("echo('a') { }", "echo takes no block"),
    "Groovy outside of script": ("def a = 1", "only steps may stand in 'steps'"),
    "a condition outside of script": ("if (params.P) { echo 'a' }", "only steps may stand in 'steps'"),
    "a script with something put into it": ('sh "ls ${params.P}"', "a script for a shell is a constant"),
    "a script that is put together": ("sh('ls ' + params.P)", "a script for a shell is a constant"),
    "a variable outside of quotes": ("sh 'ls $A'", "$A stands outside of double quotes"),
    "a variable in an unquoted default": ("sh 'ls ${A:+--x $A}'", "$A stands outside of double quotes"),
    "a command in backquotes": ("sh 'ls `date`'", "$` stands outside"),
    "a constructor": ("script { new File('a') }", "new File"),
    "a closure that CPS runs once": ("script { [1].each { echo 'a' } }", "'each' is not among the methods"),
    "a closure for a method": ("script { [1].join { 'a' } }", "a closure for 'join'"),
    "a method that the sandbox keeps": ("script { params.getClass() }", "'getClass' is not among"),
    "a step of the language": ("sleep(1)", "no step 'sleep'"),
    "readJSON with its own objects": ("readJSON(text: '{}')", "readJSON without returnPojo"),
    "a file outside of the workspace": ("fileExists('../a')", "leads out of the workspace"),
    "a timeout that is no whole number": ("timeout(time: 1.5) { echo 'a' }", "wants a whole number"),
    "input without an end": ("input('go?')", "nobody answers, and no time is over"),
}
# The console between the first stage's beginning and the end; without marks.
TOLD = {
    "an error keeps later stages from running": (
        "error('no')", "", "FAILURE", ['Stage "Two" skipped due to earlier failure(s)', "ERROR: no"]),
    "post in Jenkins's order, not in the file's": (
        "unstable('hm')", "post { cleanup { echo 'cleanup' }\n unsuccessful { echo 'unsuccessful' }\n "
        "failure { echo 'failure' }\n unstable { echo 'unstable' }\n always { echo 'always' } }",
        "UNSTABLE", ["WARNING: hm", "two", "always", "unsuccessful", "unstable", "cleanup"]),
    "a condition that fails does not keep others from running": (
        "echo 'one'", "post { always { error('bad') }\n cleanup { echo 'cleanup' } }", "FAILURE",
        ["one", "two", "Error when executing always post condition:", "ERROR: bad", "cleanup", "ERROR: bad"]),
    "catchError": (
        "catchError(buildResult: 'UNSTABLE', stageResult: 'FAILURE', message: 'm') { error('no') }", "",
        "UNSTABLE", ["ERROR: m", "ERROR: no", "Setting overall build result to UNSTABLE", "two"]),
    "catchError that changes nothing": (
        "catchError(buildResult: 'SUCCESS') { error('no') }", "", "SUCCESS", ["ERROR: no", "two"]),
    "catchError takes the result of an interruption": (
        "catchError(buildResult: 'FAILURE') { timeout(time: 1, unit: 'SECONDS') { sh 'echo advance 2 >>\"$EVENTS\"; sleep 9' } }",
        "", "ABORTED",
        ["Timeout set to expire in 1 sec", "+ echo advance 2", "+ sleep 9",
         "Cancelling nested steps due to timeout", "Sending interrupt signal to process",
         "script returned exit code 143", "Timeout has been exceeded", "Setting overall build result to ABORTED", "two"]),
    "catchError lets an actual interruption pass": (
        "timeout(time: 1, unit: 'SECONDS') { catchError(catchInterruptions: false) "
        "{ sh 'echo advance 2 >>\"$EVENTS\"' } }",
        "", "ABORTED",
        ["Timeout set to expire in 1 sec", "+ echo advance 2", "Cancelling nested steps due to timeout",
         'Stage "Two" skipped due to earlier failure(s)', "Timeout has been exceeded"]),
    "a shell ends at the first command that fails": (
        "sh 'false; echo later'", "", "FAILURE",
        ["+ false", 'Stage "Two" skipped due to earlier failure(s)', "ERROR: script returned exit code 1"]),
    "output and status of a shell": (
        "script { echo(sh(returnStdout: true, script: 'echo out; echo err >&2') + sh(returnStatus: true, script: 'exit 7')) }",
        "", "SUCCESS", ["+ echo out", "+ echo err", "err", "+ exit 7", "out", "7", "two"]),
    "withEnv ends with its block, and an empty value removes": (
        "withEnv(['A=1', 'HOME=']) { sh 'echo \"$A:${HOME-none}\"' } sh 'echo \"${A-none}\"'".replace("} sh", "}\nsh"),
        "", "SUCCESS", ["+ echo 1:none", "1:none", "+ echo none", "none", "two"]),
    "withEnv expands nothing": (
        "withEnv(['A=$(id) $HOME']) { sh 'echo \"$A\"' }", "", "SUCCESS",
        ["+ echo $(id) $HOME", "$(id) $HOME", "two"]),
    "a secret file is masked, and gone afterwards": (
        "withCredentials([file(credentialsId: 'k', variable: 'F')]) { sh 'cat \"$F\"' }", "", "SUCCESS",
        ["+ cat ****", "kept", "two"]),
}


SECTIONS = {
    "tools": ("tools { maven 'x' }", "no step 'tools'"),
    "triggers": ("triggers { cron('x') }", "no step 'triggers'"),
    "a condition of post": ("post { sometimes { echo 'a' } }", "no step 'sometimes'"),
    "an option": ("options { skipDefaultCheckout(); timeout(time: 1); label('a') }",
                  "options has no 'label' here"),
}
IMPORTS = {
    "an import": ("import groovy.json.JsonSlurper\n", "import groovy.json.JsonSlurper"),
    "a static import": ("import static java.lang.System.exit\n", "a static one"),
}


def order_of(directory, steps="echo 'one'", post="", before=""):
    jenkinsfile = directory / "Jenkinsfile"
    jenkinsfile.write_text(before + PIPELINE.format(steps=steps, post=post))
    return {"pipeline": str(jenkinsfile), "number": 1, "job": "a", "parameters": {"P": "p"},
            "environment": {"PATH": "/usr/bin:/bin", "HOME": "/home", "EVENTS": str(directory / "events")},
            "credentials": {"k": "kept"}}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """All at once: the JVM's start takes longer than any of them."""
    orders = {}
    for name, (steps, _) in REFUSED.items():
        orders[name] = order_of(tmp_path_factory.mktemp("case"), steps)
    for name, (steps, post, _, _) in TOLD.items():
        orders[name] = order_of(tmp_path_factory.mktemp("case"), steps, post)
    for name, (section, _) in SECTIONS.items():
        orders[name] = order_of(tmp_path_factory.mktemp("case"), post=section)
    for name, (line, _) in IMPORTS.items():
        orders[name] = order_of(tmp_path_factory.mktemp("case"), before=line)
    directories = [pathlib.Path(order["pipeline"]).parent for order in orders.values()]
    return dict(zip(orders, harness(directories, list(orders.values())), strict=True))


@pytest.mark.parametrize(
    ("name", "refusal"), [(name, row[-1]) for table in (REFUSED, SECTIONS, IMPORTS)
                          for name, row in table.items()], ids=lambda value: value)
def test_refused(name, refusal, results):
    assert refusal in results[name].get("refused", "not refused")


@pytest.mark.parametrize("name", TOLD)
def test_told(name, results):
    _, _, result, told = TOLD[name]
    assert "refused" not in results[name], results[name]
    lines = [line for line in results[name]["console"].splitlines()[1:]
             if not line.startswith("[Pipeline]") and line not in ("", "Terminated")]
    assert lines == [*told, f"Finished: {result}"]
    assert results[name]["result"] == result
