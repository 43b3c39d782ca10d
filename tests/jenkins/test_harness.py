"""The harness itself: what it refuses, and where its meaning of a step is easy to get wrong."""

import pathlib
import re

import pytest
from jenkins_world import DEFAULTS, PIPELINES, harness

PIPELINE = """
pipeline {{
    agent {agent}
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
    "a method of something else": ("script { String s = 'a'; s.add('b') }", "'add' is one of List, and this is String"),
    "a method of nobody knows what": ("script { echo \"${Math.size()}\" }",
                                      "'size' is one of List, Map, and this is not known"),
    "a method of each of a list": ("script { echo \"${['a']*.size()}\" }", "'size' is not among"),
    "a Matcher across a step": ("script { def m = 'abc' =~ /b/; sh 'true'; echo \"${m}\" }", "=~ makes a Matcher"),
    "a class by its property": ("script { echo \"${'x'.class.classLoader}\" }", "the property 'classLoader' of what"),
    "a property of the system": ("script { echo \"${System.properties.x}\" }",
                                 "the property 'x' of what"),
    "a property of the language's library": ("script { echo \"${'id'.execute}\" }", "the property 'execute' of what"),
    "a file by a cast": ("script { echo \"${('/etc/hostname' as File).text}\" }", "the property 'text' of what"),
    "a cast": ("script { List l = params.P as List }", "a cast to List"),
    "an index of nobody knows what": ("script { echo \"${params['class']}\" }", "[ ] of what is not known"),
    "a build's insides": ("script { echo \"${currentBuild.rawBuild}\" }", "the property 'rawBuild' of what"),
    "an interruption's causes": (
        "script { try { sh 'true' } catch (InterruptedException e) { echo \"${e.causes}\" } }",
        "the property 'causes' of what"),
    "a stage without a name": ("script { stage('') { echo 'a' } }", "a stage without a name"),
    "a result that is none": ("catchError(buildResult: 'GREEN') { error('no') }", "catchError: 'GREEN' is none of"),
    "a unit that is none": ("timeout(time: 1, unit: 'MINUTE') { echo 'a' }", "'MINUTE' is no unit of time"),
    "a text that net.sf.json takes for a list": (
        "script { readJSON(text: '{\"a\": \"[b]\"}', returnPojo: true) }", "readJSON would not take '[b]' for a text"),
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


# In place of the agent, and what is refused then.
AGENTLESS = {
    "a shell without an agent": ("sh 'true'", "sh wants an agent"),
    "a file without an agent": ("script { readJSON(file: 'a', returnPojo: true) }", "readJSON wants an agent"),
}
CLASSES = {
    "a class": ("class K { String go() { new File('/etc/hostname').text } }\n", "class K: a Jenkinsfile has methods"),
    "a class that nobody calls": ("class K { static int a = 1 }\n", "class K: a Jenkinsfile has methods"),
    "an enum": ("enum K { A }\n", "class K: a Jenkinsfile has methods"),
    "a value of a parameter": ("void f(int a = 1) { echo 'a' }\n", "f: a parameter with a value of its own"),
}
# What is asked of the build, and what comes of it.
ORDERED = {
    "a choice that is none": ({"choices": {"P": ["q", "r"]}}, "the parameter P is none of q, r"),
    "a restart that is not wanted": ({"restartFrom": "Two"}, "does not let itself be restarted from a stage"),
}


SECTIONS = {
    "tools": ("tools { maven 'x' }", "no step 'tools'"),
    "triggers": ("triggers { cron('x') }", "no step 'triggers'"),
    "a condition of post": ("post { sometimes { echo 'a' } }", "no step 'sometimes'"),
    "an option": ("options { skipDefaultCheckout(); timeout(time: 1); label('a') }",
                  "options has no 'label' here"),
}
# A file of its own, its result, and its console.
STAGES = {
    "an agent for a stage, and what is brought there": (
        """pipeline {
            agent none
            stages {
                stage('Make') {
                    agent { label 'a' }
                    steps { writeFile(file: 'kept', text: 'made')
                            stash(name: 's', includes: 'kept') }
                    post { cleanup { deleteDir() } }
                }
                stage('Not wanted') {
                    when { beforeAgent true
                           expression { false } }
                    agent { label 'b' }
                    steps { echo 'b' }
                }
                stage('Use') {
                    agent { label 'c' }
                    steps { sh 'ls'
                            unstash('s')
                            sh 'cat kept' }
                }
            }
        }""",
        ("SUCCESS", ["Running on a in WORKSPACE", "Post stage", 'Stage "Not wanted" skipped due to when conditional',
                     "Running on c in WORKSPACE@2", "+ ls", "+ cat kept", "made"])),
    "an agent that is taken to learn that it is not wanted": (
        """pipeline { agent none
            stages { stage('A') { agent { label 'a' }
                                  when { expression { false } }
                                  steps { echo 'a' } } } }""",
        ("SUCCESS", ["Running on a in WORKSPACE", 'Stage "A" skipped due to when conditional'])),
    "a stash that was never made": (
        """pipeline { agent { label 'a' }
            stages { stage('A') { steps { unstash('s') } } } }""",
        ("FAILURE", ["Running on a in WORKSPACE", "ERROR: No such saved stash 's'"])),
    "a restart from a stage": (
        """pipeline { agent { label 'a' }
            stages { stage('A') { steps { echo 'one' } }
                     stage('B') { steps { echo 'two' } } } }""",
        ("SUCCESS", ["Running on a in WORKSPACE",
                     'Stage "A" skipped due to this build restarting at stage "B"', "two"]),
        {"restartFrom": "B"}),
}
IMPORTS = {
    "an import": ("import groovy.json.JsonSlurper\n", "import groovy.json.JsonSlurper"),
    "a static import": ("import static java.lang.System.exit\n", "a static one"),
}


def order_of(directory, steps="echo 'one'", post="", before="", agent="{ label 'any' }"):
    jenkinsfile = directory / "Jenkinsfile"
    jenkinsfile.write_text(before + PIPELINE.format(steps=steps, post=post, agent=agent))
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
    for name, (steps, _) in AGENTLESS.items():
        orders[name] = order_of(tmp_path_factory.mktemp("case"), steps, agent="none")
    for name, (more, _) in ORDERED.items():
        post = "options { disableRestartFromStage() }" if "not wanted" in name else ""
        orders[name] = order_of(tmp_path_factory.mktemp("case"), post=post) | more
    for name, (text, _, *more) in STAGES.items():
        orders[name] = order_of(tmp_path_factory.mktemp("case")) | (more[0] if more else {})
        pathlib.Path(orders[name]["pipeline"]).write_text(text)
    for name, (line, _) in {**IMPORTS, **CLASSES}.items():
        orders[name] = order_of(tmp_path_factory.mktemp("case"), before=line)
    directories = [pathlib.Path(order["pipeline"]).parent for order in orders.values()]
    return dict(zip(orders, harness(directories, list(orders.values())), strict=True))


@pytest.mark.parametrize(
    ("name", "refusal"), [(name, row[-1]) for table in (REFUSED, SECTIONS, IMPORTS, AGENTLESS, CLASSES, ORDERED)
                          for name, row in table.items()], ids=lambda value: value)
def test_refused(name, refusal, results):
    assert refusal in results[name].get("refused", "not refused")


@pytest.mark.parametrize("name", [*TOLD, *STAGES])
def test_told(name, results):
    result, told = TOLD[name][2:] if name in TOLD else STAGES[name][1]
    assert "refused" not in results[name], results[name]
    console = re.sub(r"(?<= in )/\S+/workspace", "WORKSPACE", results[name]["console"])
    lines = [line for line in console.splitlines()
             if not line.startswith("[Pipeline]") and line not in ("", "Terminated")]
    if name in TOLD:
        assert lines.pop(0) == "Running on any in WORKSPACE"
    assert lines == [*told, f"Finished: {result}"]
    assert results[name]["result"] == result


def test_no_job_is_restarted_from_a_stage(tmp_path):
    directories = [tmp_path / name for name in PIPELINES]
    for directory in directories:
        directory.mkdir()
    orders = [{"pipeline": str(path), "number": 1, "job": "a", "parameters": DEFAULTS[name], "environment": {},
               "restartFrom": "Restore"} for name, path in PIPELINES.items()]
    for result in harness(directories, orders):
        assert result["refused"] == "the pipeline does not let itself be restarted from a stage"
