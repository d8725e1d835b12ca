package io.vertebra.kernel.module;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The order in which modules start, so that each finds what it asks. Pure. */
final class Dependencies {
    private final Map<String, Set<String>> needs;
    private final List<String> faults = new ArrayList<>();
    private final Set<String> ordered = new LinkedHashSet<>();

    /**
     * Resolves.
     *
     * @param needs by module, the modules that it asks
     * @param known the modules that exist, on this node or another
     */
    Dependencies(Map<String, Set<String>> needs, Set<String> known) {
        this.needs = new TreeMap<>(needs);
        this.needs.forEach((module, needed) -> needed.stream()
                .filter(other -> !known.contains(other))
                .forEach(other -> faults.add(module + " asks " + other + ", which no module provides")));
        this.needs.keySet().forEach(module -> visit(module, new LinkedHashSet<>()));
    }

    /** What cannot be resolved, one sentence each. */
    List<String> faults() {
        return faults;
    }

    /** The modules, each after those that it asks. */
    List<String> order() {
        return List.copyOf(ordered);
    }

    private void visit(String module, LinkedHashSet<String> path) {
        if (ordered.contains(module) || !needs.containsKey(module)) {
            return;
        }
        if (!path.add(module)) {
            var cycle = new ArrayList<>(path).subList(new ArrayList<>(path).indexOf(module), path.size());
            var fault = String.join(" asks ", cycle) + " asks " + module + ": a cycle";
            if (!faults.contains(fault)) {
                faults.add(fault);
            }
            return;
        }
        for (var other : needs.getOrDefault(module, Set.of())) {
            visit(other, path);
        }
        path.remove(module);
        ordered.add(module);
    }
}
