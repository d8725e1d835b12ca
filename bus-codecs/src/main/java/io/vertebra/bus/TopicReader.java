package io.vertebra.bus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Reads the topics of contracts and notes their faults. */
final class TopicReader {
    private static final Pattern TEMPLATE =
            Pattern.compile("(?:[a-z][a-z-]*|\\{[a-z][A-Za-z]*})(?:/(?:[a-z][a-z-]*|\\{[a-z][A-Za-z]*}))*");
    private static final Pattern PERMISSION = Pattern.compile("[a-z][a-z-]*(?:\\.[a-z][a-z-]*){2}");
    private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z]+)}");
    private static final Map<Class<?>, Pattern> FORMS = Map.of(
            UUID.class, Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
            String.class, Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}"));
    private static final String ORG = "orgs/{orgId}/";
    private static final String PLATFORM = "platform/";

    private final Consumer<String> fault;
    private final List<TopicType> topics = new ArrayList<>();

    TopicReader(Consumer<String> fault) {
        this.fault = fault;
    }

    List<TopicType> topics() {
        return topics;
    }

    void read(String prefix, Class<?> contract) {
        Arrays.stream(contract.getDeclaredClasses())
                .filter(nested -> nested.isAnnotationPresent(Topic.class))
                .sorted(java.util.Comparator.comparing(Class::getSimpleName))
                .forEach(nested -> readTopic(prefix + "." + nested.getSimpleName(), nested));
    }

    private void readTopic(String name, Class<?> type) {
        var topic = type.getAnnotation(Topic.class);
        var needs = type.getAnnotation(Needs.class);
        if (!type.isRecord()) {
            fault.accept(name + " is a topic, but no record");
            return;
        }
        if (needs == null || !PERMISSION.matcher(needs.value()).matches()) {
            fault.accept(name + " does not say with @Needs what following it takes");
            return;
        }
        if (!TEMPLATE.matcher(topic.value()).matches()) {
            fault.accept(name + " has a malformed topic: " + topic.value());
            return;
        }
        if (!topic.value().startsWith(ORG) && !topic.value().startsWith(PLATFORM)) {
            fault.accept(name + " begins neither with " + ORG + " nor with " + PLATFORM);
        }
        if (topic.latest() != topic.snapshot().isEmpty()) {
            fault.accept(name + (topic.latest() ? " is its own snapshot" : " does not say where its snapshot is"));
        }
        var variables = variables(name, type, topic);
        topics.add(new TopicType(name, topic.value(), topic.snapshot(), topic.latest(), needs.value(), variables));
    }

    private Map<String, Pattern> variables(String name, Class<?> type, Topic topic) {
        var components = new LinkedHashMap<String, Class<?>>();
        Arrays.stream(type.getRecordComponents()).forEach(one -> components.put(one.getName(), one.getType()));
        var variables = new HashMap<String, Pattern>();
        for (var segment : topic.value().split("/", -1)) {
            var variable = TopicType.variable(segment);
            if (variable == null) {
                continue;
            }
            var form = components.containsKey(variable) ? FORMS.get(components.remove(variable)) : null;
            if (form == null) {
                fault.accept(name + " has the variable {" + variable + "}, but no UUID or text of that name");
            } else {
                variables.put(variable, form);
            }
        }
        components.keySet().forEach(unused -> fault.accept(name + " does not name its component " + unused));
        VARIABLE.matcher(topic.snapshot())
                .results()
                .filter(found -> !variables.containsKey(found.group(1)))
                .forEach(found -> fault.accept(name + " has a snapshot with an unknown variable " + found.group()));
        return variables;
    }

    /** Notes topics that share an address. */
    void compare() {
        var shapes = new HashMap<String, TopicType>();
        for (var topic : topics) {
            var other = shapes.putIfAbsent(topic.shape(), topic);
            if (other != null) {
                fault.accept(topic.name() + " and " + other.name() + " are both followed as " + topic);
            }
        }
    }
}
