package harness

import groovy.json.JsonOutput
import groovy.json.JsonSlurper

/**
 * `Main ORDER...`: each a JSON file that says what is to be run and in which world. The console and
 * what came of it go into the files `console` and `result` of the order; a refusal is told there.
 */
class Main {

    static void main(String[] arguments) {
        arguments.each { String path ->
            Map order = new JsonSlurper().parse(new File(path), 'UTF-8')
            new File(order.result as String).setText(JsonOutput.toJson(made(order)), 'UTF-8')
        }
        System.exit(0)  // whatever a thread still waits for
    }

    private static Object made(Map order) {
        try {
            return order.dsl ? job(order) : pipeline(order)
        } catch (Refused refused) {
            return [refused: refused.message]
        }
    }

    private static Map job(Map order) {
        [lines: JobDsl.run(new File(order.dsl as String), order.bindings as Map)]
    }

    private static Map pipeline(Map order) {
        new File(order.console as String).withPrintWriter('UTF-8') { PrintWriter out ->
            Build build = new Build(order, new Console(out))
            new Run(build).run(new File(order.pipeline as String))
            build.report()
        }
    }

}
