package io.vertebra.bus;

import java.util.List;

/** The contracts contradict themselves or each other; names all faults at once. */
public final class InvalidContracts extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial")
    private final List<String> faults;

    InvalidContracts(List<String> faults) {
        super("The contracts are not sound:\n  - " + String.join("\n  - ", faults));
        this.faults = List.copyOf(faults);
    }

    /** One sentence for each fault. */
    public List<String> faults() {
        return faults;
    }
}
