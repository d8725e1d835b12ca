package io.vertebra.kernel.module;

import io.vertebra.bus.Json;

/** How far a module has come. */
public enum ModuleState {
    /** Found through the service loader. */
    DISCOVERED,
    /** Opened: its wiring is complete and its dependencies are known. */
    LOADED,
    /** Its schema is up to date. */
    MIGRATED,
    /** Its instances answer. */
    STARTED,
    /** Its readers and jobs run too. */
    READY;

    /** The word in health. */
    public String label() {
        return Json.name(this);
    }
}
