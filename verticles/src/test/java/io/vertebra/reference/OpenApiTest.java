package io.vertebra.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Contracts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The documents that are generated from the contracts and kept in {@code docs/}, so that a change of the API is seen in
 * review. {@code -Dvertebra.docs=write} writes them anew.
 */
class OpenApiTest {
    private static final Contracts CONTRACTS = Contracts.load();
    private static final ProblemCatalogue PROBLEMS = new ProblemCatalogue(CONTRACTS);

    @Test
    void the_served_description_is_the_kept_one() throws IOException {
        same("openapi.json", new String(new OpenApi(CONTRACTS, PROBLEMS).json(), StandardCharsets.UTF_8));
    }

    @Test
    void the_list_of_problems_is_the_kept_one() throws IOException {
        same("problems.md", PROBLEMS.markdown());
    }

    static void same(String name, String generated) throws IOException {
        var file =
                Path.of(Files.isDirectory(Path.of("docs")) ? "docs" : "../docs").resolve(name);
        if ("write".equals(System.getProperty("vertebra.docs"))) {
            Files.writeString(file, generated);
        }
        assertThat(file).as("write it anew with -Dvertebra.docs=write").hasContent(generated);
    }
}
