package io.vertebra.bus;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where REST serves an operation.
 *
 * @param verb the HTTP method
 * @param path the path template, {@code /v1/orgs/{orgId}}
 * @param variables the names in braces, in order
 */
public record Route(Verb verb, String path, List<String> variables) {
    private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z][A-Za-z0-9]*)}");
    private static final Pattern PATH = Pattern.compile("(?:/(?:[a-z0-9._-]+|\\{[A-Za-z][A-Za-z0-9]*}))+");

    /** The route of a template; the variables are read from it. */
    public static Route of(Verb verb, String path) {
        var names = new ArrayList<String>();
        var matcher = VARIABLE.matcher(path);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return new Route(verb, path, List.copyOf(names));
    }

    /** Whether the path consists of lower-case segments and whole-segment variables. */
    boolean wellFormed() {
        return PATH.matcher(path).matches() && variables.stream().distinct().count() == variables.size();
    }

    /** The same text for every route that takes the same requests. */
    String shape() {
        return verb + " " + VARIABLE.matcher(path).replaceAll("{}");
    }

    @Override
    public String toString() {
        return verb + " " + path;
    }
}
