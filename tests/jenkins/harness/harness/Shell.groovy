package harness

import hudson.AbortException
import java.nio.file.Files
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException

/** `sh` as Jenkins runs it: `sh -xe` in the directory and environment of the step. */
class Shell {

    private final Build build

    Shell(Build build) {
        this.build = build
    }

    Object run(Map arguments, File directory) {
        File script = Files.createTempFile('script', '.sh').toFile()  // not in the workspace, as Jenkins does
        try {
            script.text = arguments.script
            Process process = start(script, directory, arguments.returnStdout as boolean)
            StringBuilder captured = new StringBuilder()
            List<Thread> readers = arguments.returnStdout ?
                [reader(process.inputStream) { captured << it << '\n' }, reader(process.errorStream, this.&show)] :
                [reader(process.inputStream, this.&show)]
            int status = waitFor(process, readers)
            if (arguments.returnStatus) {
                return status
            }
            if (status != 0) {
                throw new AbortException("script returned exit code ${status}")
            }
            return arguments.returnStdout ? captured.toString() : null
        } finally {
            script.delete()
        }
    }

    private Process start(File script, File directory, boolean apart) {
        ProcessBuilder builder = new ProcessBuilder('sh', '-xe', script.path)
        builder.directory(directory)
        builder.environment().clear()
        builder.environment().putAll(build.environment())
        builder.redirectErrorStream(!apart)
        builder.redirectInput(new File('/dev/null'))
        builder.start()
    }

    private static Thread reader(InputStream from, Closure take) {
        Thread.start {
            from.eachLine('UTF-8') { String line -> take(line) }
        }
    }

    private void show(String line) {
        build.console.line(line)
    }

    /** SIGTERM, and SIGKILL for what has not ended after twenty seconds. */
    private static void end(List<ProcessHandle> all) {
        all*.destroy()
        all.each { ProcessHandle each ->
            try {
                each.onExit().get(20, TimeUnit.SECONDS)
            } catch (TimeoutException late) {
                each.destroyForcibly()
            }
        }
    }

    private int waitFor(Process process, List<Thread> readers) {
        try {
            while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
                build.checkInterruption()
            }
            // What it did last may have let time pass.
            readers*.join()
            build.checkInterruption()
        } catch (InterruptedException interruption) {
            if (process.alive) {
                build.console.line('Sending interrupt signal to process')
                end(process.descendants().toArray() as List)
                // Last, and by its handle: what it has for output is closed with it.
                end([process.toHandle()])
                readers*.join()
                build.console.line("script returned exit code ${process.waitFor()}")
            }
            throw interruption
        }
        process.exitValue()
    }

}
