package io.vertebra.kernel.errors;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.kernel.config.Secret;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ErrorGroupTest {
    private static final Instant AT = Instant.parse("2026-11-21T03:00:00Z");

    private static ErrorGroup group(String operation, @Nullable String request, Throwable cause) {
        return ErrorGroup.of(new Failure(AT, operation, request, cause));
    }

    private static Throwable thrown(String message) {
        return new IllegalStateException(message);
    }

    @Test
    void the_same_type_at_the_same_place_in_the_same_operation_is_one_group() {
        var one = group("Orgs.CreateOrg", "a", thrown("first"));
        var two = group("Orgs.CreateOrg", "b", new CompletionException(thrown("second")));
        assertThat(two.id()).isEqualTo(one.id());
        assertThat(one.place()).isEqualTo("io.vertebra.kernel.errors.ErrorGroupTest.thrown");
        assertThat(one.type()).isEqualTo("java.lang.IllegalStateException");
        var both = one.and(two);
        assertThat(both.count()).isEqualTo(2);
        assertThat(both.message()).isEqualTo("second");
        assertThat(both.requestId()).isEqualTo("b");
    }

    @Test
    void another_operation_type_or_place_is_another_group() {
        var ids = List.of(
                group("Orgs.CreateOrg", null, thrown("x")).id(),
                group("Orgs.ListOrgs", null, thrown("x")).id(),
                group("Orgs.CreateOrg", null, new IllegalStateException("x")).id(),
                group("Orgs.CreateOrg", null, new IllegalArgumentException("x")).id());
        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void a_lambda_counts_as_the_method_that_it_stands_in() {
        Supplier<Throwable> made = () -> new IllegalStateException("inside");
        assertThat(group("Orgs.CreateOrg", null, made.get()).place())
                .isEqualTo("io.vertebra.kernel.errors.ErrorGroupTest."
                        + "a_lambda_counts_as_the_method_that_it_stands_in");
    }

    @Test
    void secrets_are_taken_out_and_long_texts_are_cut() {
        var leaky = new IllegalStateException("ada@example.com, password=walnut-cellar\0", thrown("x".repeat(9_000)));
        var json = group("Orgs.CreateOrg", null, leaky).json();
        assertThat(json.encode()).doesNotContain("ada@example.com", "walnut-cellar", "\\u0000");
        assertThat(json.getString("stack")).contains("Caused by: java.lang.IllegalStateException");
        assertThat(json.encode().length()).isLessThan(10_000);
    }

    @Test
    void a_failure_without_a_stack_of_ours_has_no_place() {
        var bare = new RuntimeException("bare");
        bare.setStackTrace(new StackTraceElement[0]);
        assertThat(group("jobs", null, bare).place()).isEmpty();
    }

    @Test
    void the_address_of_sentry_follows_from_its_dsn() {
        var dsn = SentryDsn.parse(Secret.of("https://abc:def@errors.example.com:8443/under/42"));
        assertThat(dsn).isEqualTo(new SentryDsn(true, "errors.example.com", 8443, "/under/api/42/envelope/", "abc"));
        assertThat(SentryDsn.parse(Secret.of("http://k@localhost/1")).port()).isEqualTo(80);
        for (var bad : List.of("https://errors.example.com/42", "ftp://k@x/1", "https://k@x", "https://k@x/", "::")) {
            Assertions.assertThatThrownBy(() -> SentryDsn.parse(Secret.of(bad)))
                    .as(bad)
                    .hasMessageContaining("errors.sentry-dsn");
        }
    }
}
