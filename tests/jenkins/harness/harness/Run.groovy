package harness

import hudson.AbortException
import org.codehaus.groovy.control.CompilerConfiguration
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/** Runs a Jenkinsfile as pipeline-model-definition's interpreter does. */
class Run {

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
        build.agent = model.agent()
        build.options = model.options
        Assignments environment = new Assignments(script)
        build.console.line("Running on ${build.agent} in ${build.workspace.path}")
        Exception first = null
        if (model.environment) {
            model.environment.delegate = environment
            model.environment.resolveStrategy = Closure.DELEGATE_ONLY
            model.environment()
        }
        steps.inEnvironment(environment.all()) {
            try {
                limited(model.options) {
                    model.stages.each { Map stage -> first = runStage(stage, first) }
                    first = runPost(model.post, first)
                    if (first) {
                        throw first
                    }
                }
            } catch (Exception error) {
                first = first ?: error
            }
        }
        if (first) {
            throw first
        }
    }

    /** Returns the first error so far; it keeps later stages from running. */
    private Exception runStage(Map stage, Exception before) {
        try {
            steps.call('stage', [stage.name, { ->
                Map open = build.openStages.last()
                if (before) {
                    build.console.line("Stage \"${stage.name}\" skipped due to earlier failure(s)")
                    open.result = 'NOT_BUILT'
                } else if (stage.when && !inScript(stage.when)) {
                    build.console.line("Stage \"${stage.name}\" skipped due to when conditional")
                    open.result = 'NOT_BUILT'
                } else {
                    limited(stage.options) { inScript(stage.steps) }
                }
            }])
        } catch (Exception error) {
            return before ?: error
        }
        before
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
    private Exception runPost(Map conditions, Exception before) {
        Exception first = before
        List<String> due = Declarative.CONDITIONS.findAll { conditions[it] && meets(it, combined(first)) }
        if (!due) {
            return first
        }
        steps.call('stage', ['Declarative: Post Actions', { ->
            Declarative.CONDITIONS.each { String name ->
                if (!conditions[name] || !meets(name, combined(first))) {
                    return
                }
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
            }
        }])
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
