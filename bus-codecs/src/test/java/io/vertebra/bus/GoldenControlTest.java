package io.vertebra.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertebra.contract.Orgs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows {@link GoldenTest} and the rule on sentences a contract that changed, and expects them to say so. */
class GoldenControlTest {
    private static final String GOLDEN = "{\"name\":\"One\",\"version\":3,\"lines\":[{\"at\":1},{\"at\":2}]}";

    private static void kept(String written) throws JsonProcessingException {
        GoldenTest.assertKept(
                "Sample", Json.tolerant().readTree(GOLDEN), Json.tolerant().readTree(written));
    }

    @Test
    void more_may_have_come() throws JsonProcessingException {
        kept(GOLDEN);
        kept(GOLDEN.replace("\"name\"", "\"colour\":\"red\",\"name\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"title\":\"One\",\"version\":3,\"lines\":[{\"at\":1},{\"at\":2}]}",
                "{\"version\":3,\"lines\":[{\"at\":1},{\"at\":2}]}",
                "{\"name\":\"One\",\"version\":\"3\",\"lines\":[{\"at\":1},{\"at\":2}]}",
                "{\"name\":\"one\",\"version\":3,\"lines\":[{\"at\":1},{\"at\":2}]}",
                "{\"name\":\"One\",\"version\":3,\"lines\":[{\"at\":1}]}",
                "{\"name\":\"One\",\"version\":3,\"lines\":[{\"at\":1},{\"on\":2}]}"
            })
    void what_was_renamed_removed_or_retyped_is_found(String written) {
        assertThatThrownBy(() -> kept(written)).isInstanceOf(AssertionError.class);
    }

    @Test
    void an_operation_without_a_sentence_is_found() {
        assertThat(Docs.summary(ContractsTest.Silent.Ask.class)).isBlank();
        assertThat(Docs.summary(Orgs.CreateOrg.class)).isNotBlank();
    }
}
