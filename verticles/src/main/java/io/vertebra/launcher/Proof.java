package io.vertebra.launcher;

import io.vertebra.bus.Json;
import io.vertebra.kernel.config.Configuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether every audit chain and every book of a database still fits together.
 *
 * @param lines what was looked at, for people
 * @param broken a sentence for each that does not fit
 */
record Proof(List<String> lines, List<String> broken) {
    private static final Duration SLICE_MAX = Duration.ofMinutes(30);

    /** Proves the configured database with the domains that know how. */
    static Proof of(Configuration configuration) throws Exception {
        try (var node = Node.worker(configuration, Set.of("audit", "ledger"))) {
            var lines = new ArrayList<String>();
            var broken = new ArrayList<String>();
            lines.add("%-10s %s".formatted("audit", of(node, "Audit.ProveChains", "chains", broken)));
            lines.add("%-10s %s".formatted("ledger", of(node, "Ledger.ProveBooks", "books", broken)));
            broken.forEach(one -> lines.add("%-10s %s".formatted("BROKEN", one)));
            return new Proof(lines, broken);
        }
    }

    private static String of(Node node, String operation, String kind, List<String> broken) throws Exception {
        long chains = 0;
        long records = 0;
        int before = broken.size();
        @Nullable Object next = null;
        do {
            var request = new HashMap<String, Object>();
            if (next != null) {
                request.put("after", next);
            }
            var found = Json.tolerant().valueToTree(node.ask(operation, request, SLICE_MAX));
            chains += found.required("chains").asLong();
            records += found.required("records").asLong();
            found.required("broken").forEach(one -> broken.add(one.asText()));
            next = found.path("next").isTextual() ? found.path("next").asText() : null;
        } while (next != null);
        return "%d %s, %d records: %s"
                .formatted(chains, kind, records, broken.size() == before ? "intact" : "NOT INTACT");
    }

    boolean intact() {
        return broken.isEmpty();
    }
}
