package io.vertebra.kernel.module;

/**
 * A domain: the one public class of its package. Found through {@link java.util.ServiceLoader}, deployed as a verticle
 * with the same instance count on every node that carries it.
 */
public abstract class Domain {
    /**
     * The sealed interface of its operations; its simple name in lower case is the domain's name, schema and address.
     */
    public abstract Class<?> contract();

    /** Wiring only: which method answers which operation, which events it follows, which jobs it runs. */
    protected abstract void open(Wiring on);
}
