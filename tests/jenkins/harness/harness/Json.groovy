package harness

import groovy.json.JsonSlurper

/**
 * JSON as readJSON gives it with returnPojo: maps, lists, texts, whole numbers and doubles. What is under it,
 * net.sf.json, takes some texts for something else; they are refused.
 */
class Json {

    static Object read(String text) {
        plain(new JsonSlurper().parseText(text))
    }

    private static Object plain(Object value) {
        switch (value) {
            case Map: return value.collectEntries { name, each -> [name, plain(each)] }
            case List: return value.collect { plain(it) }
            case BigDecimal: return value.doubleValue()
            case String:
                if (value == 'null' || value ==~ /(?s)\[.*\]|\{.*\}/) {
                    throw new Refused("readJSON would not take '${value}' for a text")
                }
                return value
            default: return value
        }
    }

}
