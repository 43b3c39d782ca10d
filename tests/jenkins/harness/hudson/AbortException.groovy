package hudson

/** A failure whose message is all that the console shows of it. Its name is Jenkins's own. */
class AbortException extends IOException {

    AbortException(String message) {
        super(message)
    }

}
