package io.vertebra.kernel.db;

/** The circuit breaker before the database: told of each outage and each success, it says whether a call may go. */
public interface Gate {
    /** Never shuts. */
    Gate OPEN = new Gate() {
        @Override
        public boolean passes() {
            return true;
        }

        @Override
        public void succeeded() {}

        @Override
        public void failed(Throwable outage) {}
    };

    /** Whether a call may go to the database now. */
    boolean passes();

    /** The database answered. */
    void succeeded();

    /** The database was away. */
    void failed(Throwable outage);
}
