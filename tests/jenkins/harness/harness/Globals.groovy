package harness

import hudson.AbortException

/** `env`: reading sees all that a shell would; writing holds for the rest of the build. */
class Env {

    private final Build build

    Env(Build build) {
        this.build = build
    }

    @Override
    Object getProperty(String name) {
        this.@build.environment()[name]
    }

    @Override
    void setProperty(String name, Object value) {
        this.@build.assigned[name] = "${value}".toString()
    }

}

/** `currentBuild`, as far as pipelines here ask it. */
class CurrentBuild {

    private final Build build

    CurrentBuild(Build build) {
        this.build = build
    }

    String getResult() {
        build.result
    }

    void setResult(String result) {
        if (!(result in Build.RESULTS)) {
            throw new AbortException("invalid result ${result}")
        }
        build.worsen(result)
    }

    String getCurrentResult() {
        build.result ?: 'SUCCESS'
    }

    long getDuration() {
        build.clock.now() - build.started
    }

    String getDisplayName() {
        build.displayName
    }

    void setDisplayName(String name) {
        build.displayName = name
    }

    String getDescription() {
        build.description
    }

    void setDescription(String description) {
        build.description = description
    }

}
