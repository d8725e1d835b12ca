package io.vertebra.kernel.module;

import io.vertebra.bus.Contracts;
import io.vertebra.kernel.health.Health;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The modules of this node: finds them, opens them and brings them into an order. */
final class Modules {
    private final Map<String, Module> all = new LinkedHashMap<>();
    private final Set<String> known = new TreeSet<>();
    private final Set<Class<?>> contracts = new LinkedHashSet<>();
    private List<Module> order = List.of();

    /** The domains on the class path. */
    static List<Supplier<Domain>> discover() {
        return ServiceLoader.load(Domain.class).stream()
                .<Supplier<Domain>>map(provider -> provider::get)
                .toList();
    }

    /**
     * The modules of this node.
     *
     * @param domains makes the instances of each domain that exists
     * @param carried whether this node carries the domain of this name
     */
    static Modules of(List<Supplier<Domain>> domains, Health health, Predicate<String> carried) {
        var modules = new Modules();
        var twice = new ArrayList<String>();
        for (var domain : domains) {
            var contract = domain.get().contract();
            var name = Contracts.domainOf(contract);
            if (!modules.known.add(name)) {
                twice.add("There are two domains " + name);
            }
            modules.contracts.add(contract);
            if (carried.test(name)) {
                modules.all.put(name, new Module(name, domain, health));
            }
        }
        if (!twice.isEmpty()) {
            throw new Unresolved(twice);
        }
        return modules;
    }

    /** The names of all domains that exist, carried here or not. */
    Set<String> known() {
        return known;
    }

    /** The contracts of all domains that exist. */
    Set<Class<?>> contracts() {
        return contracts;
    }

    /** The modules of this node, each after those that it asks; after {@link #load}. */
    List<Module> inOrder() {
        return order;
    }

    /** Carries this module no more; health says why. */
    void refuse(String name, String sentence) {
        var module = all.remove(name);
        if (module != null) {
            module.refused(sentence);
        }
    }

    /** The names of the modules of this node. */
    Set<String> names() {
        return all.keySet();
    }

    /** Opens the first instance of each and resolves their dependencies. */
    void load(Function<String, Wired> wiring) {
        var faults = new ArrayList<String>();
        for (var module : all.values()) {
            var wired = module.open(wiring);
            faults.addAll(wired.faults());
            module.load(wired);
        }
        var needs = all.values().stream().collect(Collectors.toMap(Module::name, Module::dependencies));
        var resolved = new Dependencies(needs, known);
        faults.addAll(resolved.faults());
        if (!faults.isEmpty()) {
            throw new Unresolved(faults);
        }
        order = resolved.order().stream().map(all::get).toList();
    }
}
