package io.vertebra.kernel.module;

import java.util.List;

/** The modules do not fit together; names all faults at once. */
public final class Unresolved extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial")
    private final List<String> faults;

    Unresolved(List<String> faults) {
        super("The modules do not fit together:\n  - " + String.join("\n  - ", faults));
        this.faults = List.copyOf(faults);
    }

    /** One sentence for each fault. */
    public List<String> faults() {
        return faults;
    }
}
