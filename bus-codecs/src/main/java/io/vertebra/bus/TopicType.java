package io.vertebra.bus;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A topic that a contract declares.
 *
 * @param name {@code Events.OrgEvents}
 * @param template {@code orgs/{orgId}/events}
 * @param snapshot the template of the REST path that shows the state; empty for a topic of the newest value
 * @param latest whether only the newest value counts
 * @param permission what following it takes
 * @param variables the names in braces with the form of their values
 */
public record TopicType(
        String name,
        String template,
        String snapshot,
        boolean latest,
        String permission,
        Map<String, Pattern> variables) {
    private static final String SLASH = "/";

    /** What an address names of this topic, by variable; null when it is none of its addresses. */
    public @Nullable Map<String, String> match(String address) {
        var wanted = template.split(SLASH, -1);
        var given = address.split(SLASH, -1);
        if (wanted.length != given.length) {
            return null;
        }
        var found = new HashMap<String, String>();
        for (int i = 0; i < wanted.length; i++) {
            var variable = variable(wanted[i]);
            if (variable == null ? !wanted[i].equals(given[i]) : !fits(variable, given[i])) {
                return null;
            }
            if (variable != null) {
                found.put(variable, given[i]);
            }
        }
        return found;
    }

    /** The path of the snapshot of what these values name. */
    public String snapshot(Map<String, String> values) {
        var path = snapshot;
        for (var value : values.entrySet()) {
            path = path.replace("{" + value.getKey() + "}", value.getValue());
        }
        return path;
    }

    /** The topic with nameless variables: the same text for all topics that share an address. */
    String shape() {
        return String.join(
                SLASH,
                List.of(template.split(SLASH, -1)).stream()
                        .map(segment -> variable(segment) == null ? segment : "{}")
                        .toList());
    }

    private boolean fits(String variable, String value) {
        var form = variables.get(variable);
        return form != null && form.matcher(value).matches();
    }

    static @Nullable String variable(String segment) {
        return segment.startsWith("{") && segment.endsWith("}") ? segment.substring(1, segment.length() - 1) : null;
    }

    @Override
    public String toString() {
        return template;
    }
}
