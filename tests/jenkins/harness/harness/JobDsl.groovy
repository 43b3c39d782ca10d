package harness

/**
 * Records what a Job DSL script says, as lines of a tree. It knows the part of the API that the
 * scripts here use, with the types of its arguments; anything else is refused.
 */
class JobDsl {

    static final Map API = [pipelineJob: [
        arguments: [CharSequence],
        displayName: [arguments: [CharSequence]],
        description: [arguments: [CharSequence]],
        keepDependencies: [arguments: [Boolean]],
        disabled: [arguments: [Boolean]],
        logRotator: [
            daysToKeep: [arguments: [Integer]],
            numToKeep: [arguments: [Integer]],
            artifactDaysToKeep: [arguments: [Integer]],
            artifactNumToKeep: [arguments: [Integer]],
        ],
        properties: [
            disableConcurrentBuilds: [abortPrevious: [arguments: [Boolean]]],
            pipelineTriggers: [triggers: [cron: [spec: [arguments: [CharSequence]]]]],
        ],
        parameters: [
            choiceParam: [arguments: [CharSequence, List, CharSequence]],
            booleanParam: [arguments: [CharSequence, Boolean, CharSequence]],
            stringParam: [arguments: [CharSequence, CharSequence, CharSequence]],
        ],
        definition: [cpsScm: [
            scm: [git: [
                remote: [url: [arguments: [CharSequence]], credentials: [arguments: [CharSequence]]],
                branch: [arguments: [CharSequence]],
            ]],
            scriptPath: [arguments: [CharSequence]],
            lightweight: [arguments: [Boolean]],
        ]],
    ]]

    private final List<String> lines = []

    static List<String> run(File script, Map bindings) {
        JobDsl recorder = new JobDsl()
        Script parsed = new GroovyShell(JobDsl.classLoader, new Binding(bindings)).parse(script)
        Context outermost = new Context(recorder, 'the script', API, 0)
        parsed.metaClass.methodMissing = { String name, Object given -> outermost.methodMissing(name, given) }
        parsed.run()
        recorder.lines
    }

    void record(Context context, String name, List given) {
        Map known = name == 'arguments' ? null : context.api[name]
        if (known == null) {
            List<String> here = (context.api.keySet() - 'arguments').sort()
            throw new Refused("${context.place} has no '${name}' here: ${here.join(', ')}")
        }
        Closure body = given && given.last() instanceof Closure ? given.last() : null
        List values = body ? given.init() : given
        List<Class> wanted = known.arguments ?: []
        boolean fits = values.size() == wanted.size() &&
            [wanted, values].transpose().every { type, value -> type.isInstance(value) }
        if (!fits) {
            throw new Refused("${name} wants ${wanted*.simpleName}, not ${values.collect { it.getClass().simpleName }}")
        }
        String shown = values.collect { it instanceof CharSequence ? "'${it}'" : it }.join(', ')
        lines << ('    ' * context.depth + name + (values ? " ${shown}" : '')).toString()
        if (body) {
            body.delegate = new Context(this, name, known, context.depth + 1)
            body.resolveStrategy = Closure.DELEGATE_FIRST
            body()
        }
    }

}

/** What may be said at one place of the tree. */
class Context {

    final String place
    final Map api
    final int depth
    private final JobDsl recorder

    Context(JobDsl recorder, String place, Map api, int depth) {
        this.recorder = recorder
        this.place = place
        this.api = api
        this.depth = depth
    }

    Object methodMissing(String name, Object given) {
        recorder.record(this, name, given as List)
    }

}
