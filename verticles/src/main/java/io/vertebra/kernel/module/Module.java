package io.vertebra.kernel.module;

import io.vertebra.kernel.health.Health;
import io.vertebra.kernel.health.Part;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A domain on this node, from its discovery until it is ready. */
final class Module {
    private final String name;
    private final Supplier<Domain> instances;
    private final Part health;
    private @Nullable Wired wired;
    private ModuleState state = ModuleState.DISCOVERED;

    Module(String name, Supplier<Domain> instances, Health health) {
        this.name = name;
        this.instances = instances;
        this.health = health.vital("module." + name);
        reached(ModuleState.DISCOVERED);
    }

    String name() {
        return name;
    }

    ModuleState state() {
        return state;
    }

    void reached(ModuleState next) {
        state = next;
        if (next == ModuleState.READY) {
            health.healthy(next.label());
        } else {
            health.degraded(next.label());
        }
    }

    /** This node does not carry it, for this reason. */
    void refused(String sentence) {
        health.degraded(sentence);
    }

    /** Opens a new instance of the domain. */
    Wired open(Function<String, Wired> wiring) {
        var instance = wiring.apply(name);
        instances.get().open(instance);
        return instance;
    }

    /** Keeps the first instance's wiring, which says what the module depends on, follows and runs. */
    void load(Wired first) {
        wired = first;
        reached(ModuleState.LOADED);
    }

    Wired wired() {
        return Objects.requireNonNull(wired, "not loaded");
    }

    /** The other domains whose operations this one asks. */
    Set<String> dependencies() {
        var all = new TreeSet<String>();
        for (var operation : wired().asked()) {
            if (!operation.domain().equals(name)) {
                all.add(operation.domain());
            }
        }
        return all;
    }

    @Override
    public String toString() {
        return name;
    }
}
