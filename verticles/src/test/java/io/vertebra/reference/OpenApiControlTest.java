package io.vertebra.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertebra.bus.Contracts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Shows {@link OpenApiTest} a description that is not the kept one, and expects it to say so. */
class OpenApiControlTest {
    private static final Path KEPT = Path.of("../docs/openapi.json");

    @Test
    void a_changed_description_is_found() throws IOException {
        var kept = Files.readString(KEPT);
        OpenApiTest.same("openapi.json", kept);
        for (var change : new String[][] {
            {"\"/v1/me\"", "\"/v1/myself\""},
            {"\"operationId\"", "\"operationID\""},
            {"\"200\"", "\"299\""}
        }) {
            assertThat(kept).contains(change[0]);
            assertThatThrownBy(() -> OpenApiTest.same("openapi.json", kept.replace(change[0], change[1])))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("-Dvertebra.docs=write");
        }
    }

    @Test
    void a_contract_that_is_gone_is_found() {
        var all = Contracts.load();
        var fewer = Contracts.of(io.vertebra.contract.Orgs.class);
        var problems = new ProblemCatalogue(all);
        var generated = new String(new OpenApi(fewer, problems).json(), StandardCharsets.UTF_8);
        assertThatThrownBy(() -> OpenApiTest.same("openapi.json", generated)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> OpenApiTest.same("problems.md", problems.markdown() + "| more |"))
                .isInstanceOf(AssertionError.class);
    }
}
