package io.vertebra.chaos;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an experiment found: one line of JSON. Green without a violation, red with one. */
final class Outcome {
    private final JsonObject line = new JsonObject();
    private final JsonObject violations = new JsonObject();
    private final boolean control;
    private boolean broken;

    Outcome(String experiment, List<String> promises, @Nullable String control) {
        line.put("experiment", experiment).put("promises", String.join(" ", promises));
        this.control = control != null;
        if (control != null) {
            line.put("control", control);
        }
    }

    /** One that could not be done here. */
    static Outcome skipped(String experiment, List<String> promises, String reason) {
        var outcome = new Outcome(experiment, promises, null);
        outcome.line.put("verdict", "skipped").put("reason", reason);
        return outcome;
    }

    Outcome put(String name, Object value) {
        line.put(name, value);
        return this;
    }

    /** Counts what must be zero. */
    void violation(String what, long count) {
        violations.put(what, violations.getLong(what, 0L) + count);
        broken |= count != 0;
    }

    /** A figure that must not exceed a bound; the worst of all is shown. */
    void bound(String what, double value, double most) {
        double worst = Math.max(value, line.getDouble(what, 0.0));
        line.put(what, Math.round(worst * 1000) / 1000.0);
        violation(what + "Above" + most, value > most ? 1 : 0);
    }

    /** Whether it came out as it must: a promise green, a control red. */
    boolean asExpected() {
        return line.containsKey("verdict") || broken == control;
    }

    /** The line. */
    String json() {
        boolean expected = asExpected();
        if (!line.containsKey("verdict")) {
            line.put("violations", violations).put("verdict", broken ? "red" : "green");
        }
        return line.put("expected", expected).encode();
    }
}
