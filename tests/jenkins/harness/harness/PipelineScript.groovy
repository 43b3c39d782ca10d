package harness

/** What a Jenkinsfile is compiled to: what it calls and does not define is a step. */
abstract class PipelineScript extends Script {

    Object methodMissing(String name, Object arguments) {
        Run run = binding.getVariable('harness.run')
        List given = arguments as List
        name == 'pipeline' ? run.pipeline(given[0]) : run.steps.call(name, given)
    }

}
