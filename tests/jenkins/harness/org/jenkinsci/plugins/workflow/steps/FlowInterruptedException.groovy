package org.jenkinsci.plugins.workflow.steps

/** The end of a build, or of a part of it, from without. Its name is Jenkins's own; pipelines catch it. */
class FlowInterruptedException extends InterruptedException {

    final String result = 'ABORTED'
    final String reason
    /** The `timeout` that has caused it; null where it was a person. */
    final Object timeout
    /** Not any more, once it has left the `timeout` that has caused it. */
    boolean actual = true

    FlowInterruptedException(String reason, String message, Object timeout) {
        super(message)
        this.reason = reason
        this.timeout = timeout
    }

}
