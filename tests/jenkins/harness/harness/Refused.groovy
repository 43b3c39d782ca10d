package harness

/** What the harness does not know, or Jenkins would not take. No `catch` of a pipeline holds it. */
class Refused extends Error {

    Refused(String what) {
        super(what)
    }

}
