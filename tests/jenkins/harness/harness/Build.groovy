package harness

import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/** One build: what it was given, what it has become, and what it leaves. */
class Build {

    static final String JENKINS = 'https://jenkins.example.com'
    static final List<String> RESULTS = ['SUCCESS', 'UNSTABLE', 'FAILURE', 'NOT_BUILT', 'ABORTED']

    final Map order
    final Clock clock = new Clock()
    final long started = clock.now()
    final File workspace
    final File archive
    /** What runs in a shell may end the build, or let time pass: lines of this file. */
    final File events
    final Console console
    final Map<String, Object> params
    final List<Map> stages = []
    final List<Map> mails = []
    final List<Map> questions = []
    final Map<String, String> assigned = [:]
    Map options = [:]
    String agent
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
        workspace = new File(order.workspace as String).canonicalFile
        archive = new File(order.archive as String).canonicalFile
        events = new File(order.events as String).canonicalFile
        params = Collections.unmodifiableMap(order.parameters as Map)
        displayName = "#${order.number}"
        workspace.mkdirs()
        archive.mkdirs()
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
        all += [BUILD_NUMBER: "${order.number}".toString(), JOB_NAME: order.job, WORKSPACE: workspace.path,
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
            throw new FlowInterruptedException("Aborted by ${who}", null)
        }
        Map over = timeouts.find { !it.fired && clock.now() >= it.end }
        if (over) {
            over.fired = true
            console.line('Cancelling nested steps due to timeout')
            throw new FlowInterruptedException('Timeout has been exceeded', over.id)
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
        [result: result ?: 'SUCCESS', displayName: displayName, description: description, agent: agent,
         options: options, stages: stages, mails: mails, questions: questions,]
    }

}
