package io.vertebra.bus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The JSON of every operation, answer and event, kept in {@code src/test/resources/golden}. What was written once
 * must be read for ever: a changed file is a changed contract. New things get their file by running the test once
 * with {@code -Dgolden.write}, which never touches a file that is there.
 */
class GoldenTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "golden");
    private static final Contracts CONTRACTS = Contracts.load();

    private static Map<String, Type> all() {
        var types = new TreeMap<String, Type>();
        for (var operation : CONTRACTS.operations()) {
            types.put(operation.name(), operation.type());
            types.put(operation.name() + ".answer", operation.answer());
        }
        CONTRACTS.events().forEach(event -> types.put(event.name(), event.type()));
        return types;
    }

    private static Path file(String name) {
        return FOLDER.resolve(name + ".json");
    }

    @TestFactory
    Stream<DynamicTest> written_and_read_as_ever() throws IOException {
        if (System.getProperty("golden.write") != null) {
            write();
        }
        return all().entrySet().stream()
                .map(one -> DynamicTest.dynamicTest(one.getKey(), () -> check(one.getKey(), one.getValue())));
    }

    private static void check(String name, Type type) throws IOException {
        assertThat(file(name))
                .as("the golden JSON of " + name + " (make it with -Dgolden.write)")
                .exists();
        var text = Files.readString(file(name), StandardCharsets.UTF_8);
        var javaType = Json.type(type);
        Object read = Json.tolerant().readValue(text, javaType);
        JsonNode written = Json.tolerant().readTree(Json.tolerant().writeValueAsString(read));
        assertKept(name, Json.tolerant().readTree(text), written);
        assertThat(Json.wire().<Object>readValue(Json.wire().writeValueAsBytes(read), javaType))
                .as("the same over the wire")
                .isEqualTo(read);
    }

    /** Everything that was there is there still, by the same name and of the same form; more may have come. */
    static void assertKept(String where, JsonNode golden, JsonNode written) {
        if (golden.isObject()) {
            golden.properties()
                    .forEach(member -> assertKept(
                            where + "/" + member.getKey(), member.getValue(), written.path(member.getKey())));
        } else if (golden.isArray()) {
            assertThat(written.size()).as(where).isEqualTo(golden.size());
            for (int i = 0; i < golden.size(); i++) {
                assertKept(where + "/" + i, golden.get(i), written.get(i));
            }
        } else {
            assertThat(written).as(where).isEqualTo(golden);
        }
    }

    @Test
    void nothing_is_kept_of_what_is_gone() throws IOException {
        try (var files = Files.list(FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".json", "")))
                    .as("golden files; what was ever told as an event stays readable")
                    .allSatisfy(name -> assertThat(all()).containsKey(name));
        }
    }

    private static void write() throws IOException {
        Files.createDirectories(FOLDER);
        for (var one : all().entrySet()) {
            if (!Files.exists(file(one.getKey()))) {
                var sample = Samples.golden(one.getKey()).of(one.getValue());
                var json = Json.tolerant()
                        .writer(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(sample);
                Files.writeString(file(one.getKey()), json + "\n", StandardCharsets.UTF_8);
            }
        }
    }
}
