package harness

/** The console of the build: what is masked is masked in every line. */
class Console {

    private final PrintStream out
    private final List<String> masked = []

    Console(PrintStream out) {
        this.out = out
    }

    void line(Object text) {
        String shown = text
        masked.each { shown = shown.replace(it, '****') }
        synchronized (this) {
            out.println(shown)
            out.flush()
        }
    }

    /** Where a step begins and ends. */
    void mark(Object text) {
        line("[Pipeline] ${text}")
    }

    void mask(String secret) {
        masked << secret
    }

    void unmask(String secret) {
        masked.remove(secret)
    }

}
