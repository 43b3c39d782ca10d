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

    static List<String> run(File script, Map bindings) {
        List<String> lines = []
        Script parsed = new GroovyShell(JobDsl.classLoader, new Binding(bindings)).parse(script)
        parsed.metaClass.methodMissing = { String name, Object given ->
            record('the script', API, name, given as List, 0, lines)
        }
        parsed.run()
        lines
    }

    static void record(String place, Map api, String name, List given, int depth, List<String> lines) {
        Map known = name == 'arguments' ? null : api[name]
        if (known == null) {
            throw new Refused("${place} has no '${name}' here: ${(api.keySet() - 'arguments').sort().join(', ')}")
        }
        Closure body = given && given.last() instanceof Closure ? given.last() : null
        List values = body ? given.init() : given
        List<Class> wanted = known.arguments ?: []
        if (values.size() != wanted.size() || [wanted, values].transpose().any { type, value -> !type.isInstance(value) }) {
            throw new Refused("${name} wants ${wanted*.simpleName}, not ${values.collect { it.getClass().simpleName }}")
        }
        String shown = values.collect { it instanceof CharSequence ? "'${it}'" : it }.join(', ')
        lines << ('    ' * depth + name + (values ? " ${shown}" : '')).toString()
        if (body) {
            body.delegate = new Context(name, known, depth + 1, lines)
            body.resolveStrategy = Closure.DELEGATE_FIRST
            body()
        }
    }

}

class Context {

    private final String place
    private final Map api
    private final int depth
    private final List<String> lines

    Context(String place, Map api, int depth, List<String> lines) {
        this.place = place
        this.api = api
        this.depth = depth
        this.lines = lines
    }

    Object methodMissing(String name, Object given) {
        JobDsl.record(place, api, name, given as List, depth, lines)
    }

}
