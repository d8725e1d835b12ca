package io.vertebra.bus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All operations and events of the platform, read once from the sealed interfaces of the contracts. Refuses contracts
 * that are not sound, with all their faults at once. The registry is closed: what is not in it cannot be asked, told or
 * decoded from the wire.
 */
public final class Contracts {
    /** Where each jar lists its contracts, one class name a line; written by {@link JavadocCarrier}. */
    static final String INDEX = "META-INF/vertebra/contracts";

    private final List<Class<?>> interfaces;
    private final Map<String, Operation> operationsByName = new LinkedHashMap<>();
    private final Map<Class<?>, Operation> operationsByType = new LinkedHashMap<>();
    private final Map<String, EventType> eventsByName = new LinkedHashMap<>();
    private final Map<Class<?>, EventType> eventsByType = new LinkedHashMap<>();
    private final List<TopicType> topics;

    private Contracts(List<Class<?>> interfaces, ContractReader read) {
        this.interfaces = interfaces;
        this.topics = List.copyOf(read.topics());
        for (var operation : read.operations()) {
            operationsByName.put(operation.name(), operation);
            operationsByType.put(operation.type(), operation);
        }
        for (var event : read.events()) {
            eventsByName.put(event.name(), event);
            eventsByType.put(event.type(), event);
        }
    }

    /**
     * The registry of these contracts.
     *
     * @throws InvalidContracts when they are not sound
     */
    public static Contracts of(Collection<? extends Class<?>> contracts) {
        var sorted = new ArrayList<Class<?>>(new java.util.LinkedHashSet<>(contracts));
        sorted.sort(java.util.Comparator.comparing(Class::getSimpleName));
        var read = new ContractReader();
        sorted.forEach(read::read);
        read.compare();
        if (!read.faults().isEmpty()) {
            throw new InvalidContracts(read.faults());
        }
        return new Contracts(List.copyOf(sorted), read);
    }

    /** The registry of these contracts. */
    public static Contracts of(Class<?>... contracts) {
        return of(List.of(contracts));
    }

    /** The registry of all contracts on the class path. */
    public static Contracts load() {
        var found = new ArrayList<Class<?>>();
        var loader = Contracts.class.getClassLoader();
        try {
            for (var index : Collections.list(loader.getResources(INDEX))) {
                try (var in = index.openStream()) {
                    for (var name : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList()) {
                        found.add(Class.forName(name, false, loader));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("A contract that a jar lists is not in it", e);
        }
        return of(found);
    }

    /** The sealed interfaces, by name. */
    public List<Class<?>> interfaces() {
        return interfaces;
    }

    /** The name of the domain that a contract belongs to: its simple name in lower case. */
    public static String domainOf(Class<?> contract) {
        return contract.getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }

    /** All operations, by contract and in the order in which they stand there. */
    public Collection<Operation> operations() {
        return Collections.unmodifiableCollection(operationsByName.values());
    }

    /** The operations of one domain, in the order in which they stand in its contract. */
    public List<Operation> operationsOf(String domain) {
        return operationsByName.values().stream()
                .filter(operation -> operation.domain().equals(domain))
                .toList();
    }

    /** The operation of this request's type. */
    public Operation operation(Class<?> type) {
        var found = operationsByType.get(type);
        if (found == null) {
            throw new IllegalArgumentException(type.getName() + " is no operation of any contract");
        }
        return found;
    }

    /** The operation of this name; null when no contract has it. */
    public @Nullable Operation operation(String name) {
        return operationsByName.get(name);
    }

    /** All events, by contract and in the order in which they stand there. */
    public Collection<EventType> events() {
        return Collections.unmodifiableCollection(eventsByName.values());
    }

    /** The event type of this record. */
    public EventType event(Class<?> type) {
        var found = eventsByType.get(type);
        if (found == null) {
            throw new IllegalArgumentException(type.getName() + " is no event of any contract");
        }
        return found;
    }

    /** The event type of this name; null when no contract declares it. */
    public @Nullable EventType event(String name) {
        return eventsByName.get(name);
    }

    /** All topics. */
    public List<TopicType> topics() {
        return topics;
    }

    /** Every permission that an operation, an event or a topic names. */
    public SortedSet<String> permissions() {
        var all = new TreeSet<String>();
        operations().stream().filter(o -> o.permission() != null).forEach(o -> all.add(o.permission()));
        events().forEach(event -> all.add(event.permission()));
        topics.forEach(topic -> all.add(topic.permission()));
        return all;
    }
}
