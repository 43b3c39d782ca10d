package harness

import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/** One build: what it was given, what it has become, and what it leaves. */
class Build {

    static final String JENKINS = 'https://jenkins.example.com'
    static final List<String> RESULTS = ['SUCCESS', 'UNSTABLE', 'FAILURE', 'NOT_BUILT', 'ABORTED']

    final Map order
    final Clock clock = new Clock()
    final long started = clock.now()
    final File archive
    /** What runs in a shell may end the build, or let time pass: lines of this file. */
    final File events
    final Console console
    final Map<String, Object> params
    final List<Map> stages = []
    final List<Map> mails = []
    final List<Map> questions = []
    final Map<String, String> assigned = [:]
    final Map<String, Map> stashes = [:]
    Map options = [:]
    final List<String> agents = []
    /** null where no agent is held. */
    File workspace
    String result
    String displayName
    String description
    /** Of the steps that run now, outermost first: open stages, environments, timeouts. */
    final List<Map> openStages = []
    final List<List<String>> environments = []
    final List<Map> timeouts = []
    private int eventsRead = 0
    private String ender

    Build(Map order, Console console) {
        this.order = order
        this.console = console
        archive = new File(order.archive as String).canonicalFile
        events = new File(order.events as String).canonicalFile
        params = Collections.unmodifiableMap(order.parameters as Map)
        displayName = "#${order.number}"
        archive.mkdirs()
        params.each { name, value ->
            List allowed = order.choices?.get(name)
            if (allowed != null && !(value in allowed)) {
                throw new Refused("the parameter ${name} is none of ${allowed.join(', ')}")
            }
        }
    }

    /** Each time another one, with an empty place: what is wanted of an earlier one must be brought. */
    Object onAgent(String label, Closure body) {
        File outer = workspace
        agents << label
        String place = agents.size() == 1 ? order.workspace : "${order.workspace}@${agents.size()}"
        workspace = new File(place).canonicalFile
        workspace.mkdirs()
        console.line("Running on ${label} in ${workspace.path}")
        try {
            return body()
        } finally {
            workspace = outer
        }
    }

    /** Pipeline: Step API says since 710 in the message what it was. */
    FlowInterruptedException interrupted(String reason, Object timeout) {
        new FlowInterruptedException(reason, order.silentInterruptions ? null : reason, timeout)
    }

    /** Only ever worse. */
    void worsen(String to) {
        if (result == null || worse(to, result)) {
            result = to
        }
    }

    static boolean worse(String one, String other) {
        RESULTS.indexOf(one) > RESULTS.indexOf(other)
    }

    static String resultOf(Throwable error) {
        error instanceof FlowInterruptedException ? error.result : 'FAILURE'
    }

    /** What a shell sees, and `env`. An empty value of withEnv removes the variable, as in Jenkins. */
    Map<String, String> environment() {
        Map<String, String> all = [:]
        all.putAll(order.environment as Map)
        if (workspace) {
            all.putAll(order.agentEnvironment as Map ?: [:])
            all.WORKSPACE = workspace.path
        }
        all += [BUILD_NUMBER: "${order.number}".toString(), JOB_NAME: order.job,
                BUILD_TAG: "jenkins-${order.job.replace('/', '-')}-${order.number}".toString(),
                BUILD_URL: "${JENKINS}/job/${order.job.replace('/', '/job/')}/${order.number}/".toString(),]
        params.each { name, value -> all[name] = "${value}".toString() }
        all.putAll(assigned)
        environments.flatten().each { String each ->
            int at = each.indexOf('=')
            if (at == each.length() - 1) {
                all.remove(each.substring(0, at))
            } else {
                all[each.substring(0, at)] = each.substring(at + 1)
            }
        }
        all
    }

    /** Throws where somebody has ended the build, or the time of an open `timeout` is over. */
    void checkInterruption() {
        readEvents()
        if (ender) {
            String who = ender
            ender = null
            throw interrupted("Aborted by ${who}".toString(), null)
        }
        Map over = timeouts.find { !it.fired && clock.now() >= it.end }
        if (over) {
            over.fired = true
            console.line('Cancelling nested steps due to timeout')
            throw interrupted('Timeout has been exceeded', over.id)
        }
    }

    /** `advance SECONDS` and `abort WHO`, each once. */
    private void readEvents() {
        if (!events.exists()) {
            return
        }
        List<String> lines = events.readLines()
        lines.drop(eventsRead).each { String line ->
            List<String> words = line.split(' ') as List
            if (words[0] == 'advance') {
                clock.advance(words[1].toLong() * 1000)
            } else if (words[0] == 'abort') {
                ender = words[1]
            } else {
                throw new Refused("no event '${line}'")
            }
        }
        eventsRead = lines.size()
    }

    Map report() {
        [result: result ?: 'SUCCESS', displayName: displayName, description: description, agents: agents,
         options: options, stages: stages, mails: mails, questions: questions,]
    }

}
