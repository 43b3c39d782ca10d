package harness

/** Reads `pipeline { }` into a model; a section that it does not know is refused. */
class Declarative {

    /** In the order in which Jenkins asks them (the ordinals of its BuildConditions). */
    static final List<String> CONDITIONS = ['always', 'changed', 'fixed', 'regression', 'aborted', 'success',
        'unsuccessful', 'unstable', 'failure', 'notBuilt', 'cleanup',]

    static final List<String> KNOWN_OPTIONS = ['timeout', 'disableConcurrentBuilds', 'buildDiscarder',
        'disableRestartFromStage', 'skipDefaultCheckout',]

    static final Closure NONE = { -> null }

    private final Script script

    Declarative(Script script) {
        this.script = script
    }

    Map read(Closure pipeline) {
        Map model = [environment: null, options: [:], stages: [], post: [:]]
        section('pipeline', pipeline, [
            agent: { Object given -> model.agent = agent(given) },
            options: { Closure c -> model.options = options(c, KNOWN_OPTIONS) },
            environment: { Closure c -> model.environment = c },
            stages: { Closure c ->
                section('stages', c, [stage: { String name, Closure s -> model.stages << stage(name, s) }])
            },
            post: { Closure c -> model.post = post(c) },
        ])
        if (!model.agent || !model.stages) {
            throw new Refused('pipeline: wants agent and stages')
        }
        List<String> names = model.stages*.name
        if (names.toSet().size() < names.size()) {
            throw new Refused("pipeline: two stages of one name: ${names.join(', ')}")
        }
        model
    }

    private Map stage(String name, Closure body) {
        Map model = [name: name, options: [:], post: [:], beforeAgent: false]
        section("stage ${name}", body, [
            agent: { Object given -> model.agent = agent(given) },
            options: { Closure c -> model.options = options(c, ['timeout']) },
            when: { Closure c ->
                section('when', c, [
                    beforeAgent: { Boolean first -> model.beforeAgent = first },
                    expression: { Closure e -> model.when = e },
                ])
            },
            steps: { Closure c -> model.steps = c },
            post: { Closure c -> model.post = post(c) },
        ])
        if (!model.steps) {
            throw new Refused("stage ${name}: wants steps")
        }
        model
    }

    /** What gives its label; NONE. */
    private Closure agent(Object body) {
        if (body.is(NONE)) {
            return NONE
        }
        Closure label
        section('agent', body, [label: { Object text -> label = { text } }])
        label
    }

    private Map options(Closure body, List<String> known) {
        Map model = [:]
        Map<String, Closure> takes = known.collectEntries { String name ->
            [name, { Object... given -> model[name] = given ? given[0] : true }]
        }
        takes.logRotator = { Map given -> given }
        section('options', body, takes)
        model
    }

    private Map post(Closure body) {
        Map model = [:]
        section('post', body, CONDITIONS.collectEntries { String name -> [name, { Closure c -> model[name] = c }] })
        model
    }

    private void section(String name, Closure body, Map<String, Closure> known) {
        body.delegate = new Section(name, known, script)
        body.resolveStrategy = Closure.DELEGATE_ONLY
        body()
    }

}

/** What may stand inside of one section, and `env` and `params`. */
class Section {

    private final String name
    private final Map<String, Closure> known
    private final Script script

    Section(String name, Map<String, Closure> known, Script script) {
        this.name = name
        this.known = known
        this.script = script
    }

    Object methodMissing(String called, Object arguments) {
        Closure take = known[called]
        if (take == null) {
            throw new Refused("${name} has no '${called}' here: ${known.keySet().sort().join(', ')}")
        }
        take(*(arguments as List))
    }

    Object propertyMissing(String asked) {
        if (asked == 'none') {
            return Declarative.NONE
        }
        if (!(asked in ['env', 'params'])) {
            throw new Refused("${name}: '${asked}'")
        }
        script.binding.getVariable(asked)
    }

}

/** `environment { NAME = "value" }` */
class Assignments {

    private final List<String> made = []
    private final Script script

    Assignments(Script script) {
        this.script = script
    }

    @Override
    Object getProperty(String name) {
        if (!(name in ['env', 'params'])) {
            throw new Refused("environment: '${name}'")
        }
        this.@script.binding.getVariable(name)
    }

    @Override
    void setProperty(String name, Object value) {
        this.@made << "${name}=${value}".toString()
    }

    List<String> all() {
        this.@made
    }

}
