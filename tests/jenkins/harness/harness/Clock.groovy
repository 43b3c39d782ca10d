package harness

/** The build's time: this machine's, and what a test has put on top of it. */
class Clock {

    private long ahead = 0

    long now() {
        System.currentTimeMillis() + ahead
    }

    void advance(long milliseconds) {
        ahead += milliseconds
    }

    /** As Jenkins says it. */
    static String span(long milliseconds) {
        long seconds = milliseconds.intdiv(1000)
        List units = [['day', 86400], ['hr', 3600], ['min', 60], ['sec', 1]]
        int first = units.findIndexOf { seconds >= it[1] }
        if (first < 0) {
            return "${milliseconds} ms"
        }
        long larger = seconds.intdiv(units[first][1])
        if (first == 3) {
            return "${larger} sec"
        }
        long smaller = (seconds % units[first][1]).intdiv(units[first + 1][1])
        "${larger} ${units[first][0]} ${smaller} ${units[first + 1][0]}"
    }

}
