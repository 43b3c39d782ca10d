package harness

import groovy.io.FileType
import hudson.AbortException
import java.nio.file.Files
import java.nio.file.FileSystems
import java.nio.file.Path
import java.nio.file.PathMatcher
import java.util.concurrent.TimeUnit
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/**
 * The steps that the pipelines use, as Jenkins and its plugins carry them out: pipeline-basic-steps,
 * durable-task, input, pipeline-utility-steps (readJSON), credentials-binding, mailer.
 * Another step, or another parameter of one, is refused.
 */
class Steps {

    /** By step: its parameters, the one that may stand alone first; and whether it takes a block. */
    static final Map<String, Map> KNOWN = [
        archiveArtifacts: [takes: ['artifacts', 'allowEmptyArchive']],
        catchError: [takes: ['message', 'buildResult', 'stageResult', 'catchInterruptions'], block: true],
        deleteDir: [takes: []],
        echo: [takes: ['message']],
        error: [takes: ['message']],
        file: [takes: ['credentialsId', 'variable'], symbol: true],
        fileExists: [takes: ['file']],
        input: [takes: ['message', 'ok', 'submitter']],
        mail: [takes: ['to', 'subject', 'body']],
        readJSON: [takes: ['file', 'text', 'returnPojo']],
        script: [takes: [], block: true],
        sh: [takes: ['script', 'label', 'returnStdout', 'returnStatus']],
        stage: [takes: ['name'], block: true],
        stash: [takes: ['name', 'includes']],
        string: [takes: ['credentialsId', 'variable'], symbol: true],
        timeout: [takes: ['time', 'unit'], block: true],
        unstable: [takes: ['message']],
        unstash: [takes: ['name']],
        withCredentials: [takes: ['bindings'], block: true],
        withEnv: [takes: ['overrides'], block: true],
        writeFile: [takes: ['file', 'text']],
    ]

    static final List<String> ON_AN_AGENT = ['archiveArtifacts', 'deleteDir', 'fileExists', 'sh', 'stash', 'unstash',
        'writeFile',]

    private final Build build

    Steps(Build build) {
        this.build = build
    }

    Object call(String name, List arguments) {
        Map known = KNOWN[name]
        if (known == null) {
            throw new Refused("no step '${name}' among those that the harness knows")
        }
        Closure body = arguments && arguments.last() instanceof Closure ? arguments.last() : null
        Map given = named(name, known, body ? arguments.init() : arguments)
        if (known.symbol) {
            return given + [symbol: name]
        }
        if ((body != null) != (known.block as boolean)) {
            throw new Refused("${name} ${known.block ? 'wants a block' : 'takes no block'}")
        }
        if (build.workspace == null && (name in ON_AN_AGENT || given.file != null)) {
            throw new Refused("${name} wants an agent, and none is held here")
        }
        if (name != 'stage') {
            build.console.mark(given.label ? "sh (${given.label})" : name)
        }
        build.checkInterruption()
        body ? "$name"(given, body) : "$name"(given)
    }

    private static Map named(String step, Map known, List given) {
        Map all
        if (!given) {
            all = [:]
        } else if (given.size() == 1 && given[0] instanceof Map) {
            all = given[0]
        } else if (given.size() == 1 && known.takes) {
            all = [(known.takes[0]): given[0]]
        } else {
            throw new Refused("${step}: arguments ${given}")
        }
        all.each { name, value ->
            if (!(name in known.takes)) {
                throw new Refused("${step} has no parameter '${name}' here")
            }
        }
        all.collectEntries { name, value -> [name, value instanceof GString ? value.toString() : value] }
    }

    private File at(String path) {
        File file = new File(build.workspace, path).canonicalFile
        if (!file.path.startsWith("${build.workspace.path}/")) {
            throw new Refused("${path} leads out of the workspace")
        }
        file
    }

    private void archiveArtifacts(Map given) {
        build.console.line('Archiving artifacts')
        int count = 0
        given.artifacts.split(',')*.trim().each { String pattern ->
            PathMatcher matcher = FileSystems.default.getPathMatcher("glob:${pattern}")
            build.workspace.eachFileRecurse(FileType.FILES) { File file ->
                Path name = build.workspace.toPath().relativize(file.toPath())
                if (matcher.matches(name)) {
                    File copy = new File(build.archive, name.toString())
                    copy.parentFile.mkdirs()
                    copy.bytes = file.bytes
                    count++
                }
            }
        }
        if (count == 0 && !given.allowEmptyArchive) {
            throw new AbortException("No artifacts found that match the file pattern \"${given.artifacts}\"")
        }
    }

    private void catchError(Map given, Closure body) {
        [given.buildResult, given.stageResult].each { String result ->
            if (result != null && !(result in Build.RESULTS)) {
                throw new Refused("catchError: '${result}' is none of ${Build.RESULTS.join(', ')}")
            }
        }
        try {
            body()
        } catch (Exception error) {
            boolean interruption = error instanceof FlowInterruptedException
            if (interruption && error.actual && given.catchInterruptions == false) {
                throw error
            }
            if (given.message) {
                build.console.line("ERROR: ${given.message}")
            }
            build.console.line(Run.told(error))
            String result = interruption ? error.result : given.buildResult ?: 'FAILURE'
            String stageResult = interruption ? error.result : given.stageResult ?: 'SUCCESS'
            if (Build.worse(result, 'SUCCESS')) {
                if (build.result == null || Build.worse(result, build.result)) {
                    build.console.line("Setting overall build result to ${result}")
                }
                build.worsen(result)
            }
            warn(stageResult)
        }
    }

    /** The open stages show it. */
    private void warn(String result) {
        build.openStages.each { Map stage ->
            if (Build.worse(result, stage.result)) {
                stage.result = result
            }
        }
    }

    private void deleteDir(Map given) {
        build.workspace.deleteDir()
        build.workspace.mkdirs()
    }

    private void echo(Map given) {
        build.console.line(given.message)
    }

    private void error(Map given) {
        throw new AbortException(given.message)
    }

    private boolean fileExists(Map given) {
        at(given.file).exists()
    }

    /** The answers to come are the test's: who approves, who rejects, or how long nobody says a word. */
    private Object input(Map given) {
        build.questions << given
        build.console.line(given.message)
        build.console.line("${given.ok ?: 'Proceed'} or Abort")
        Map answer = build.order.answers ? build.order.answers.remove(0) : [:]
        if (answer.silence) {
            build.clock.advance(answer.silence * 1000L)
            build.checkInterruption()
        }
        if (answer.reject) {
            throw build.interrupted("Rejected by ${answer.reject}".toString(), null)
        }
        if (!answer.approve) {
            throw new Refused('nobody answers, and no time is over')
        }
        build.console.line("Approved by ${answer.approve}")
        null
    }

    private void mail(Map given) {
        build.mails << given
    }

    private Object readJSON(Map given) {
        if (!given.returnPojo) {
            throw new Refused('readJSON without returnPojo gives objects in which null is true')
        }
        Json.read(given.text == null ? at(given.file).getText('UTF-8') : given.text)
    }

    private Object script(Map given, Closure body) {
        body()
    }

    private Object sh(Map given) {
        if (given.returnStdout && given.returnStatus) {
            throw new Refused('sh returns the output or the status')
        }
        new Shell(build).run(given, build.workspace)
    }

    private void stash(Map given) {
        File kept = at(given.includes)
        if (!kept.file) {
            throw new AbortException("No files included in stash '${given.name}'")
        }
        build.stashes[given.name] = [path: given.includes, bytes: kept.bytes]
    }

    private void unstash(Map given) {
        Map kept = build.stashes[given.name]
        if (kept == null) {
            throw new AbortException("No such saved stash '${given.name}'")
        }
        File file = at(kept.path)
        file.parentFile.mkdirs()
        file.bytes = kept.bytes
    }

    private Object stage(Map given, Closure body) {
        if (!given.name) {
            throw new Refused('a stage without a name')
        }
        Map open = [name: given.name, result: 'SUCCESS', within: build.openStages ? build.openStages.last().name : null]
        build.stages << open
        build.openStages << open
        build.console.mark("{ (${given.name})")
        try {
            body()
        } catch (Exception error) {
            open.result = Build.resultOf(error)
            throw error
        } finally {
            build.openStages.pop()
            build.console.mark("} (${given.name})")
        }
    }

    Object timeout(Map given, Closure body) {
        if (!(given.time instanceof Integer)) {
            throw new Refused("timeout wants a whole number, not ${given.time}")
        }
        String unit = given.unit ?: 'MINUTES'
        if (!(unit in TimeUnit.values()*.name())) {
            throw new Refused("timeout: '${unit}' is no unit of time")
        }
        long span = TimeUnit.valueOf(unit).toMillis(given.time)
        if (span <= 0) {
            throw new Refused("timeout of ${given.time} ${given.unit}")
        }
        build.console.line("Timeout set to expire in ${Clock.span(span)}")
        Map limit = [id: new Object(), end: build.clock.now() + span, fired: false]
        build.timeouts << limit
        try {
            return body()
        } catch (FlowInterruptedException interruption) {
            if (interruption.timeout.is(limit.id)) {
                interruption.actual = false
            }
            throw interruption
        } finally {
            build.timeouts.remove(limit)
        }
    }

    private void unstable(Map given) {
        build.console.line("WARNING: ${given.message}")
        build.worsen('UNSTABLE')
        warn('UNSTABLE')
    }

    private Object withCredentials(Map given, Closure body) {
        List<String> variables = []
        List<String> masked = []
        List<File> files = []
        given.bindings.each { Map binding ->
            String secret = build.order.credentials?.get(binding.credentialsId)
            if (secret == null) {
                throw new AbortException("Could not find credentials entry with ID '${binding.credentialsId}'")
            }
            String bound = secret
            if (binding.symbol == 'file') {
                File kept = Files.createTempFile('secret', '').toFile()
                kept.text = secret
                files << kept
                bound = kept.path
            }
            masked << bound
            variables << "${binding.variable}=${bound}".toString()
        }
        masked.each { build.console.mask(it) }
        try {
            return inEnvironment(variables, body)
        } finally {
            masked.each { build.console.unmask(it) }
            files*.delete()
        }
    }

    private Object withEnv(Map given, Closure body) {
        inEnvironment(given.overrides*.toString(), body)
    }

    Object inEnvironment(List<String> variables, Closure body) {
        build.environments << variables
        try {
            return body()
        } finally {
            build.environments.pop()
        }
    }

    private void writeFile(Map given) {
        File file = at(given.file)
        file.parentFile.mkdirs()
        file.setText(given.text, 'UTF-8')
    }

}
