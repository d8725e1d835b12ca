package io.vertebra.kernel.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used; names every mistake at once. */
public final class Misconfigured extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Mistake> mistakes;

    Misconfigured(List<Mistake> mistakes) {
        super(mistakes.stream()
                .map(mistake -> "\n  - " + mistake)
                .collect(Collectors.joining("", count(mistakes.size()) + " in the configuration:", "")));
        this.mistakes = List.copyOf(mistakes);
    }

    /** Every mistake, in the order of the keys. */
    public List<Mistake> mistakes() {
        return mistakes;
    }

    private static String count(int size) {
        return size == 1 ? "One mistake" : size + " mistakes";
    }
}
