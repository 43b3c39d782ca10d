package harness

import groovy.json.JsonOutput
import groovy.json.JsonSlurper

/** `Main ORDER`: a JSON file says what is to be run, in which world, and where the result goes. */
class Main {

    static void main(String[] arguments) {
        Map order = new JsonSlurper().parse(new File(arguments[0]), 'UTF-8')
        try {
            Object made = order.dsl ? JobDsl.run(new File(order.dsl as String), order.bindings as Map) : pipeline(order)
            new File(order.result as String).setText(JsonOutput.toJson(made), 'UTF-8')
        } catch (Refused refused) {
            System.err.println("refused: ${refused.message}")
            System.exit(3)
        }
        System.exit(0)
    }

    private static Map pipeline(Map order) {
        Build build = new Build(order)
        new Run(build).run(new File(order.pipeline as String))
        build.report()
    }

}
