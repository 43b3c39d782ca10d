package harness

/** The console of the build: what is masked is masked in every line. */
class Console {

    private final PrintWriter out
    private final List<String> masked = []
    private final Object lock = new Object()

    Console(PrintWriter out) {
        this.out = out
    }

    void line(Object text) {
        String shown = text
        masked.each { shown = shown.replace(it, '****') }
        synchronized (lock) {
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
