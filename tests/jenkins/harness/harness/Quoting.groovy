package harness

import java.util.regex.Matcher

/** Which variable of a shell script would be split into words, or taken for a pattern. */
class Quoting {

    /** The first one outside of double quotes; null where there is none. `${A:+"$A"}` may stand bare. */
    static String unquoted(String script) {
        boolean doubled = false
        boolean single = false
        int i = 0
        while (i < script.length()) {
            String c = script[i]
            if (single) {
                single = c != "'"
            } else if (c == '\\') {
                i++
            } else if (c == '"') {
                doubled = !doubled
            } else if (c == "'" && !doubled) {
                single = true
            } else if (c == '`' || script.startsWith('$(', i)) {
                return c == '`' ? c : script.substring(i, i + 2)
            } else if (c == '$' && !doubled) {
                Matcher inner = script.substring(i) =~ /\A\$\{\w+:\+([^{}]*)\}/
                if (!inner) {
                    return (script.substring(i + 1) =~ /\A\{?\w*/)[0]
                }
                String bare = unquoted(inner[0][1])
                if (bare) {
                    return bare
                }
                i += inner[0][0].length() - 1
            }
            i++
        }
        null
    }

}
