package io.vertebra.reference;

import io.vertebra.bus.Contracts;
import io.vertebra.bus.Html;
import io.vertebra.bus.ProblemType;
import io.vertebra.bus.Problems;
import io.vertebra.door.ProblemDocument;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every problem that the platform can answer with: those of all operations, and what each contract adds in an enum of
 * its own, inside of it or beside it as {@code <Contract>Refusal}.
 */
public final class ProblemCatalogue {
    private final Map<String, List<ProblemType>> bySource = new LinkedHashMap<>();

    /** The problems of these contracts. */
    public ProblemCatalogue(Contracts contracts) {
        bySource.put("Every operation", List.of(Problems.values()));
        for (var contract : contracts.interfaces()) {
            var own = new ArrayList<ProblemType>();
            Arrays.stream(contract.getDeclaredClasses())
                    .sorted(java.util.Comparator.comparing(Class::getSimpleName))
                    .forEach(nested -> own.addAll(types(nested)));
            try {
                own.addAll(types(Class.forName(contract.getName() + "Refusal", true, contract.getClassLoader())));
            } catch (ClassNotFoundException none) {
                // The contract has no enum beside it.
            }
            if (!own.isEmpty()) {
                bySource.put(contract.getSimpleName(), own);
            }
        }
    }

    private static List<ProblemType> types(Class<?> candidate) {
        if (!candidate.isEnum() || !ProblemType.class.isAssignableFrom(candidate)) {
            return List.of();
        }
        return Arrays.stream(candidate.getEnumConstants())
                .map(constant -> (ProblemType) constant)
                .toList();
    }

    /** Every problem type. */
    public List<ProblemType> all() {
        return bySource.values().stream().flatMap(List::stream).toList();
    }

    /** The reference of all problems, as Markdown. */
    public String markdown() {
        var text = new StringBuilder("# Problems\n\n")
                .append("Every error is a problem document (RFC 9457). Programs branch on `code`, people\n"
                        + "read `detail`. Generated from the contracts; the same texts stand under `/problems`.\n");
        bySource.forEach((source, types) -> {
            text.append("\n## ")
                    .append(source)
                    .append("\n\n| code | status | title | meaning |\n| --- | --- | --- | --- |\n");
            types.forEach(type -> text.append("| `%s` | %d | %s | %s |\n"
                    .formatted(
                            type.code(),
                            type.status(),
                            type.title(),
                            type.meaning().replace("|", "\\|"))));
        });
        return text.toString();
    }

    /** The page that explains one problem; null for a slug that stands for none. */
    public @Nullable String page(String slug) {
        for (var type : all()) {
            if (ProblemDocument.slug(type.code()).equals(ProblemDocument.slug(slug))) {
                return Html.page(
                        type.title(),
                        "<p><code>%s</code>, status %d</p><p>%s</p><p><a href=\"/problems\">All problems</a></p>"
                                .formatted(type.code(), type.status(), Html.text(type.meaning())));
            }
        }
        return null;
    }

    /** The page that lists all problems. */
    public String index() {
        var list = new StringBuilder("<ul>");
        all().forEach(type -> list.append("<li><a href=\"/problems/%s\"><code>%s</code></a> (%d): %s</li>"
                .formatted(ProblemDocument.slug(type.code()), type.code(), type.status(), Html.text(type.title()))));
        return Html.page("Problems", list.append("</ul>").toString());
    }
}
