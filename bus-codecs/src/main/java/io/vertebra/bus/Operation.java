package io.vertebra.bus;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An operation that a contract declares, with everything that its record says. */
public final class Operation {
    private final String name;
    private final String domain;
    private final Class<? extends Request<?>> type;
    private final Type answer;
    private final AccessRule rule;
    private final @Nullable Route route;
    private final List<Component> components;
    private final List<Component> answerComponents;
    private final MethodHandle constructor;
    private final @Nullable Component org;
    private final @Nullable Component project;
    private final @Nullable String unlogged;
    private final boolean internal;
    private final boolean raw;
    private final boolean singleUse;
    private final boolean mutation;
    private final Scope scope;

    Operation(Shape shape) {
        this.name = shape.name();
        this.domain = shape.domain();
        this.type = shape.type();
        this.answer = shape.answer();
        this.rule = shape.rule();
        this.route = shape.route();
        this.components = shape.components();
        this.answerComponents = shape.answerComponents();
        this.constructor = shape.constructor();
        this.org = find(components, "orgId", UUID.class);
        this.project = find(components, "projectId", UUID.class);
        var silent = type.getAnnotation(Unlogged.class);
        this.unlogged = silent == null ? null : silent.value();
        var inside = type.getAnnotation(Internal.class);
        this.internal = inside != null;
        this.raw = type.isAnnotationPresent(Raw.class);
        this.singleUse = type.isAnnotationPresent(SingleUse.class);
        this.mutation = route == null ? inside != null && inside.changes() : route.verb() != Verb.GET;
        this.scope = scopeOf(rule, route);
    }

    /** What reading the record gave. */
    record Shape(
            String name,
            String domain,
            Class<? extends Request<?>> type,
            Type answer,
            AccessRule rule,
            @Nullable Route route,
            List<Component> components,
            List<Component> answerComponents,
            MethodHandle constructor) {}

    static Scope scopeOf(AccessRule rule, @Nullable Route route) {
        if (rule.kind() != AccessRule.Kind.NEEDS || route == null) {
            return Scope.NONE;
        }
        if (route.variables().contains("orgId")) {
            return Scope.ORG;
        }
        return route.path().startsWith("/v1/admin/") ? Scope.PLATFORM : Scope.NONE;
    }

    static @Nullable Component find(List<Component> among, String name, @Nullable Class<?> type) {
        for (var component : among) {
            if (component.name().equals(name) && (type == null || component.type() == type)) {
                return component;
            }
        }
        return null;
    }

    /** {@code Orgs.CreateProject}: its name on the wire, in metrics, in the audit record and for the command line. */
    public String name() {
        return name;
    }

    /** The domain that answers it, {@code orgs}. */
    public String domain() {
        return domain;
    }

    /** The record. */
    public Class<? extends Request<?>> type() {
        return type;
    }

    /** The answer's type with its arguments, {@code Page<Invoice>} included. */
    public Type answer() {
        return answer;
    }

    /** Whether the operation answers {@link Nothing}. */
    public boolean answersNothing() {
        return answer == Nothing.class;
    }

    /** The components of the answer when it is a record. */
    public List<Component> answerComponents() {
        return answerComponents;
    }

    /** The answer's component of this name; null when it has none. */
    public @Nullable Component answerComponent(String named) {
        return find(answerComponents, named, null);
    }

    /**
     * The answer's id when the operation creates a thing: it is a POST, its answer has an id, and the path does not
     * name that thing already, as the path of an action on it does. Null otherwise.
     */
    public @Nullable Component createdId() {
        if (route == null || route.verb() != Verb.POST || raw || !(answer instanceof Class<?> type)) {
            return null;
        }
        var own = (type.getSimpleName() + "Id").toLowerCase(Locale.ROOT);
        boolean named =
                route.variables().stream().anyMatch(variable -> own.endsWith(variable.toLowerCase(Locale.ROOT)));
        return named ? null : answerComponent("id");
    }

    /** Who may ask it. */
    public AccessRule rule() {
        return rule;
    }

    /** The permission that it needs; null when it needs none. */
    public @Nullable String permission() {
        return rule.permission();
    }

    /** Where the permission must hold. */
    public Scope scope() {
        return scope;
    }

    /** Where REST serves it; null for an internal operation. */
    public @Nullable Route route() {
        return route;
    }

    /** The components of the record in order. */
    public List<Component> components() {
        return components;
    }

    /** The component of this name; null when there is none. */
    public @Nullable Component component(String named) {
        return find(components, named, null);
    }

    /** Whether only services of the platform may ask it. */
    public boolean internal() {
        return internal;
    }

    /** Whether the door has its own code for it. */
    public boolean raw() {
        return raw;
    }

    /** Whether its answer holds a secret that is shown once. */
    public boolean singleUse() {
        return singleUse;
    }

    /** Why it leaves no audit record; null when it leaves one. */
    public @Nullable String unlogged() {
        return unlogged;
    }

    /** Whether it changes something; what only reads may be repeated freely. */
    public boolean mutation() {
        return mutation;
    }

    /** Whether its answer may be kept for replay under an idempotency key. */
    public boolean keepsReply() {
        return mutation && rule.kind() != AccessRule.Kind.PUBLIC && !internal && !singleUse;
    }

    /** The org that this request names; null when it has no such component. */
    public @Nullable UUID orgId(Request<?> request) {
        return org == null ? null : (UUID) org.of(request);
    }

    /** The project that this request names; null when it has no such component. */
    public @Nullable UUID projectId(Request<?> request) {
        return project == null ? null : (UUID) project.of(request);
    }

    /** A request of these component values, in order. */
    public Request<?> create(@Nullable Object[] values) {
        try {
            return (Request<?>) (Object) constructor.invokeExact(values);
        } catch (Error | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
