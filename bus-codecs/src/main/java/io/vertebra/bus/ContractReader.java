package io.vertebra.bus;

import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads contracts by reflection and notes their faults. */
final class ContractReader {
    private static final Pattern PERMISSION = Pattern.compile("[a-z][a-z-]*(?:\\.[a-z][a-z-]*){2}");
    private static final Set<Class<?>> PATH_TYPES = Set.of(UUID.class, String.class, long.class, int.class);
    private static final MethodType CONSTRUCTION = MethodType.methodType(Object.class, Object[].class);

    private final List<String> faults = new ArrayList<>();
    private final List<Operation> operations = new ArrayList<>();
    private final List<EventType> events = new ArrayList<>();
    private final TopicReader topics = new TopicReader(faults::add);

    List<String> faults() {
        return faults;
    }

    List<Operation> operations() {
        return operations;
    }

    List<EventType> events() {
        return events;
    }

    List<TopicType> topics() {
        return topics.topics();
    }

    void read(Class<?> contract) {
        if (!contract.isInterface() || !contract.isSealed() || !Request.class.isAssignableFrom(contract)) {
            faults.add(contract.getName() + " is not a sealed interface that extends Request");
            return;
        }
        readInterface(contract.getSimpleName(), Contracts.domainOf(contract), contract);
    }

    private void readInterface(String prefix, String domain, Class<?> contract) {
        for (var permitted : contract.getPermittedSubclasses()) {
            if (permitted.isInterface() && permitted.isSealed()) {
                readInterface(prefix, domain, permitted);
            } else if (permitted.isRecord()) {
                readOperation(prefix + "." + permitted.getSimpleName(), domain, permitted);
            } else {
                faults.add(permitted.getName() + " is neither a record nor a sealed interface");
            }
        }
        Arrays.stream(contract.getDeclaredClasses())
                .filter(nested -> Event.class.isAssignableFrom(nested))
                .sorted(java.util.Comparator.comparing(Class::getSimpleName))
                .forEach(nested -> readEvent(prefix + "." + nested.getSimpleName(), domain, nested));
        topics.read(prefix, contract);
    }

    /** Notes what can only be seen when all contracts are read: routes and names that stand twice. */
    void compare() {
        var routes = new HashMap<String, Operation>();
        var names = new HashMap<String, Object>();
        for (var operation : operations) {
            if (operation.route() != null) {
                var other = routes.putIfAbsent(operation.route().shape(), operation);
                if (other != null) {
                    faults.add(operation + " and " + other + " are both served as " + operation.route());
                }
            }
            unique(names, operation.name());
        }
        events.forEach(event -> unique(names, event.name()));
        topics.compare();
    }

    private void unique(HashMap<String, Object> names, String name) {
        if (names.put(name, name) != null) {
            faults.add("The name " + name + " stands for two things");
        }
    }

    @SuppressWarnings("unchecked")
    private void readOperation(String name, String domain, Class<?> type) {
        int before = faults.size();
        var rule = rule(name, type);
        var route = route(name, type);
        var components = components(name, type);
        var answer = answer(name, type);
        if (type.isAnnotationPresent(Internal.class)) {
            if (route != null) {
                faults.add(name + " is @Internal and has a route");
            }
            if (rule != null && rule.kind() != AccessRule.Kind.NEEDS) {
                faults.add(name + " is @Internal and so must say @Needs");
            }
        } else if (route == null && faults.size() == before) {
            faults.add(name + " has no route and is not @Internal");
        }
        if (route != null && components != null) {
            checkPath(name, route, components);
        }
        if (faults.size() == before && rule != null && components != null && answer != null) {
            if (rule.kind() == AccessRule.Kind.NEEDS && route != null && Operation.scopeOf(rule, route) == Scope.NONE) {
                faults.add(name + " needs a permission, but its path has neither {orgId} nor begins with /v1/admin/");
                return;
            }
            operations.add(new Operation(new Operation.Shape(
                    name,
                    domain,
                    (Class<? extends Request<?>>) type,
                    answer,
                    rule,
                    route,
                    components,
                    answerComponents(name, answer),
                    constructor(type))));
        }
    }

    private @Nullable AccessRule rule(String name, Class<?> type) {
        var rules = new ArrayList<AccessRule>();
        var needs = type.getAnnotation(Needs.class);
        if (needs != null) {
            checkPermission(name, needs.value());
            rules.add(new AccessRule(AccessRule.Kind.NEEDS, needs.value()));
        }
        if (type.isAnnotationPresent(SignedIn.class)) {
            rules.add(new AccessRule(AccessRule.Kind.SIGNED_IN, null));
        }
        if (type.isAnnotationPresent(Public.class)) {
            rules.add(new AccessRule(AccessRule.Kind.PUBLIC, null));
        }
        if (rules.size() != 1) {
            faults.add(name + (rules.isEmpty() ? " has no access rule" : " has more than one access rule")
                    + ": it must say @Needs, @SignedIn or @Public");
            return null;
        }
        return rules.getFirst();
    }

    private void checkPermission(String name, String permission) {
        if (!PERMISSION.matcher(permission).matches()) {
            faults.add(name + " needs \"" + permission + "\", which is not of the form domain.resource.action");
        }
    }

    private @Nullable Route route(String name, Class<?> type) {
        var routes = new ArrayList<Route>();
        addRoute(routes, Verb.GET, type.getAnnotation(Get.class), a -> a.value());
        addRoute(routes, Verb.POST, type.getAnnotation(Post.class), a -> a.value());
        addRoute(routes, Verb.PUT, type.getAnnotation(Put.class), a -> a.value());
        addRoute(routes, Verb.PATCH, type.getAnnotation(Patch.class), a -> a.value());
        addRoute(routes, Verb.DELETE, type.getAnnotation(Delete.class), a -> a.value());
        if (routes.size() > 1) {
            faults.add(name + " has more than one route");
        }
        return routes.isEmpty() ? null : routes.getFirst();
    }

    private static <A extends Annotation> void addRoute(
            List<Route> routes, Verb verb, @Nullable A annotation, java.util.function.Function<A, String> path) {
        if (annotation != null) {
            routes.add(Route.of(verb, path.apply(annotation)));
        }
    }

    private void checkPath(String name, Route route, List<Component> components) {
        if (!route.wellFormed()) {
            faults.add(name + " has a malformed path: " + route.path());
        }
        for (var variable : route.variables()) {
            var component = Operation.find(components, variable, null);
            if (component == null) {
                faults.add(name + " has the path variable {" + variable + "}, but no component of that name");
            } else if (!PATH_TYPES.contains(component.type())
                    && !component.type().isEnum()) {
                faults.add(name + " takes " + variable + " from the path, which cannot hold a "
                        + component.type().getSimpleName());
            } else if (component.optional()) {
                faults.add(name + " takes " + variable + " from the path, so it cannot be @Nullable");
            }
        }
    }

    private @Nullable List<Component> components(String name, Class<?> type) {
        try {
            return Arrays.stream(type.getRecordComponents()).map(Component::new).toList();
        } catch (IllegalArgumentException e) {
            faults.add(name + " is not public");
            return null;
        }
    }

    private @Nullable Type answer(String name, Class<?> type) {
        for (var implemented : type.getGenericInterfaces()) {
            if (implemented instanceof ParameterizedType parameterized
                    && parameterized.getRawType() instanceof Class<?> raw
                    && Request.class.isAssignableFrom(raw)) {
                var answer = parameterized.getActualTypeArguments()[0];
                if (concrete(answer)) {
                    return answer;
                }
            }
        }
        faults.add(name + " does not say what it answers");
        return null;
    }

    private static boolean concrete(Type type) {
        return switch (type) {
            case TypeVariable<?> variable -> false;
            case WildcardType wildcard -> false;
            case ParameterizedType p ->
                Arrays.stream(p.getActualTypeArguments()).allMatch(ContractReader::concrete);
            default -> type != Object.class;
        };
    }

    private List<Component> answerComponents(String name, Type answer) {
        var raw = answer instanceof ParameterizedType p ? (Class<?>) p.getRawType() : (Class<?>) answer;
        if (!raw.isRecord()) {
            faults.add(name + " answers with " + raw.getSimpleName() + ", which is no record");
            return List.of();
        }
        var components = components(name + "'s answer", raw);
        return components == null ? List.of() : components;
    }

    private static MethodHandle constructor(Class<?> type) {
        var parts = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return MethodHandles.publicLookup()
                    .findConstructor(type, MethodType.methodType(void.class, parts))
                    .asSpreader(Object[].class, parts.length)
                    .asType(CONSTRUCTION);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getName() + " has no public canonical constructor", e);
        }
    }

    @SuppressWarnings("unchecked")
    private void readEvent(String name, String domain, Class<?> type) {
        if (!type.isRecord()) {
            faults.add(name + " is an event, but no record");
            return;
        }
        var components = components(name, type);
        if (components == null) {
            return;
        }
        var keys = components.stream()
                .filter(component -> component.source().isAnnotationPresent(Key.class))
                .toList();
        if (keys.size() != 1) {
            faults.add(name + (keys.isEmpty() ? " has no component with @Key" : " has more than one @Key"));
            return;
        }
        var needs = type.getAnnotation(Needs.class);
        if (needs == null) {
            faults.add(name + " does not say with @Needs what reading it takes");
            return;
        }
        checkPermission(name, needs.value());
        if (components.stream().anyMatch(Component::secret)) {
            faults.add(name + " holds a secret; no secret travels in an event");
        }
        var org = Operation.find(components, "orgId", UUID.class);
        var event = (Class<? extends Event>) type;
        events.add(new EventType(name, domain, 1, event, components, keys.getFirst(), org, needs.value()));
    }
}
