package io.vertebra.http;

import io.vertebra.bus.Verb;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The paths of all operations as a tree of segments; a literal segment is preferred to a variable one. */
final class Routes {
    private static final int VARIABLES_MAX = 8;

    private static final class Node {
        private final Map<String, Node> literals = new HashMap<>();
        private @Nullable Node variable;
        private final Map<Verb, Endpoint> endpoints = new EnumMap<>(Verb.class);
    }

    /**
     * A path that is served.
     *
     * @param endpoints what is served there by method
     * @param values the path variables in the order of the path
     */
    record Match(Map<Verb, Endpoint> endpoints, List<String> values) {
        /** The value of the {@code Allow} header. */
        String allow() {
            var names = endpoints.keySet().stream().map(Verb::name).collect(Collectors.toCollection(ArrayList::new));
            if (endpoints.containsKey(Verb.GET)) {
                names.add("HEAD");
            }
            names.add("OPTIONS");
            return String.join(", ", names);
        }
    }

    private final Node root = new Node();

    Routes(Collection<Endpoint> endpoints) {
        for (var endpoint : endpoints) {
            var node = root;
            for (var segment : endpoint.route().path().substring(1).split("/")) {
                if (segment.startsWith("{")) {
                    node.variable = node.variable == null ? new Node() : node.variable;
                    node = node.variable;
                } else {
                    node = node.literals.computeIfAbsent(segment, name -> new Node());
                }
            }
            node.endpoints.put(endpoint.route().verb(), endpoint);
        }
    }

    /** What is served under this path; null when nothing is. */
    @Nullable
    Match find(String path) {
        var values = new String[VARIABLES_MAX];
        return find(root, path, 1, values, 0);
    }

    private static @Nullable Match find(Node node, String path, int from, String[] values, int count) {
        var end = path.indexOf('/', from);
        var segment = path.substring(Math.min(from, path.length()), end < 0 ? path.length() : end);
        var literal = node.literals.get(segment);
        if (literal != null) {
            var found = below(literal, path, end, values, count);
            if (found != null) {
                return found;
            }
        }
        if (node.variable == null || segment.isEmpty() || count == VARIABLES_MAX) {
            return null;
        }
        values[count] = segment;
        return below(node.variable, path, end, values, count + 1);
    }

    private static @Nullable Match below(Node node, String path, int end, String[] values, int count) {
        if (end >= 0) {
            return find(node, path, end + 1, values, count);
        }
        return node.endpoints.isEmpty()
                ? null
                : new Match(node.endpoints, Arrays.asList(values).subList(0, count));
    }
}
