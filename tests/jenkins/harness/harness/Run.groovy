package harness

import hudson.AbortException
import org.codehaus.groovy.control.CompilerConfiguration
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/** Runs a Jenkinsfile as pipeline-model-definition's interpreter does. */
class Run {

    static final String POST = 'Declarative: Post Actions'

    final Build build
    final Steps steps
    private Script script

    Run(Build build) {
        this.build = build
        steps = new Steps(build)
    }

    void run(File jenkinsfile) {
        CompilerConfiguration configuration = new CompilerConfiguration()
        configuration.scriptBaseClass = PipelineScript.name
        configuration.addCompilationCustomizers(new Rules())
        Binding binding = new Binding(env: new Env(build), params: build.params, currentBuild: new CurrentBuild(build))
        binding.setVariable('harness.run', this)
        script = new GroovyShell(getClass().classLoader, binding, configuration).parse(jenkinsfile)
        try {
            script.run()
        } catch (Exception error) {
            build.worsen(Build.resultOf(error))
            build.console.line(told(error))
        }
        build.console.line("Finished: ${build.result ?: 'SUCCESS'}")
    }

    /** As the console tells of it. */
    static String told(Exception error) {
        if (error instanceof AbortException) {
            return "ERROR: ${error.message}"
        }
        if (error instanceof FlowInterruptedException) {
            return error.reason
        }
        StringWriter trace = new StringWriter()
        error.printStackTrace(new PrintWriter(trace))
        trace.toString().readLines().findAll { !it.contains('at ') || it.contains('Jenkinsfile') }.join('\n')
    }

    void pipeline(Closure body) {
        Map model = new Declarative(script).read(body)
        build.options = model.options
        skippedUntil(model)
        Exception first = null
        onAgent(model.agent) {
            steps.inEnvironment(assigned(model.environment)) {
                try {
                    limited(model.options) {
                        model.stages.each { Map stage -> first = runStage(stage, first) }
                        first = runPost(POST, model.post, first)
                        if (first) {
                            throw first
                        }
                    }
                } catch (Exception error) {
                    first = first ?: error
                }
            }
        }
        if (first) {
            throw first
        }
    }

    /** Restart from Stage: what stands before it is not carried out. */
    private void skippedUntil(Map model) {
        String from = build.order.restartFrom
        if (from && model.options.disableRestartFromStage && !build.order.restartAnyway) {
            throw new Refused('the pipeline does not let itself be restarted from a stage')
        }
        if (from) {
            model.stages.takeWhile { it.name != from }.each { it.skipped = true }
        }
    }

    private Object onAgent(Closure label, Closure body) {
        label == null || label.is(Declarative.NONE) ? body() : build.onAgent(label() as String, body)
    }

    private List<String> assigned(Closure environment) {
        Assignments made = new Assignments(script)
        if (environment) {
            environment.delegate = made
            environment.resolveStrategy = Closure.DELEGATE_ONLY
            environment()
        }
        made.all()
    }

    /** Returns the first error so far; it keeps later stages from running. */
    private Exception runStage(Map stage, Exception before) {
        try {
            steps.call('stage', [stage.name, { ->
                if (before) {
                    notBuilt(stage, 'earlier failure(s)')
                } else if (stage.skipped) {
                    notBuilt(stage, "this build restarting at stage \"${build.order.restartFrom}\"")
                } else {
                    limited(stage.options) { judged(stage) }
                }
            }])
        } catch (Exception error) {
            return before ?: error
        }
        before
    }

    private void notBuilt(Map stage, String why) {
        build.console.line("Stage \"${stage.name}\" skipped due to ${why}")
        build.openStages.last().result = 'NOT_BUILT'
    }

    /** Without `beforeAgent` an agent is taken only to learn that it is not wanted. */
    private void judged(Map stage) {
        Closure carriedOut = { -> onAgent(stage.agent) { carryOut(stage) } }
        if (!stage.when) {
            carriedOut()
        } else if (stage.beforeAgent || !stage.agent) {
            inScript(stage.when) ? carriedOut() : notBuilt(stage, 'when conditional')
        } else {
            onAgent(stage.agent) { inScript(stage.when) ? carryOut(stage) : notBuilt(stage, 'when conditional') }
        }
    }

    private void carryOut(Map stage) {
        Exception first = null
        try {
            inScript(stage.steps)
        } catch (Exception error) {
            first = error
        }
        first = runPost('', stage.post, first)
        if (first) {
            throw first
        }
    }

    private void limited(Map options, Closure body) {
        if (options.timeout) {
            steps.timeout(options.timeout, body)
        } else {
            body()
        }
    }

    private Object inScript(Closure body) {
        body.delegate = script
        body.resolveStrategy = Closure.DELEGATE_FIRST
        body()
    }

    /** Each condition sees the result that the build would have now. */
    private Exception runPost(String name, Map conditions, Exception before) {
        Exception first = before
        List<String> due = Declarative.CONDITIONS.findAll { conditions[it] && meets(it, combined(first)) }
        if (!due) {
            return first
        }
        Closure each = { ->
            Declarative.CONDITIONS.each { String condition -> first = runCondition(condition, conditions, first) }
        }
        if (name) {
            steps.call('stage', [name, each])
        } else {
            build.console.line('Post stage')
            each()
        }
        first
    }

    private Exception runCondition(String name, Map conditions, Exception before) {
        if (!conditions[name] || !meets(name, combined(before))) {
            return before
        }
        Exception first = before
        String original = build.result
        String logical = combined(first)
        build.result = logical
        try {
            inScript(conditions[name])
        } catch (Exception error) {
            build.console.line("Error when executing ${name} post condition:")
            build.console.line(told(error))
            first = first ?: error
        }
        if (build.result == logical) {
            build.result = original
        }
        first
    }

    private String combined(Exception error) {
        String fromError = error ? Build.resultOf(error) : 'SUCCESS'
        String now = build.result ?: 'SUCCESS'
        Build.worse(now, fromError) ? now : fromError
    }

    private boolean meets(String condition, String result) {
        String previous = build.order.previous
        switch (condition) {
            case ['always', 'cleanup']: return true
            case 'changed': return previous != result
            case 'fixed': return result == 'SUCCESS' && previous in ['FAILURE', 'UNSTABLE']
            case 'regression': return previous && Build.worse(result, previous)
            case 'unsuccessful': return result != 'SUCCESS'
            default: return result == [aborted: 'ABORTED', success: 'SUCCESS', unstable: 'UNSTABLE',
                                       failure: 'FAILURE', notBuilt: 'NOT_BUILT',][condition]
        }
    }

}
