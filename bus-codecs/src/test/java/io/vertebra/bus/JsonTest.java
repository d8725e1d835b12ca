package io.vertebra.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertebra.contract.Accounts;
import io.vertebra.contract.Orgs;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    /** A record with one component of each kind. */
    record Thing(
            UUID id,
            int count,
            boolean open,
            String name,
            Instant at,
            BigDecimal amount,
            Orgs.Role role,
            Change<String> note,
            @Nullable Long limit) {}

    private static final String GOOD = """
            {"id":"0197a0c0-0000-7000-8000-000000000001","count":3,"open":true,"name":"","at":"2026-11-20T14:00:00Z",\
            "amount":1.50,"role":"owner","note":null,"limit":7}""";

    @Test
    void a_good_document_is_read_and_written_again_unchanged() throws Exception {
        var thing = Json.strict().readValue(GOOD, Thing.class);

        assertThat(thing.note()).isEqualTo(Change.to(null));
        assertThat(thing.amount()).isEqualTo(new BigDecimal("1.50"));
        assertThat(Json.strict().writeValueAsString(thing)).isEqualTo(GOOD);
        var viaTree = Json.strict().treeToValue(Json.strict().readTree(GOOD), Thing.class);
        assertThat(viaTree).isEqualTo(thing);
    }

    @Test
    void a_change_is_absent_null_or_a_value_in_json_and_in_cbor() throws Exception {
        for (var mapper :
                new com.fasterxml.jackson.databind.ObjectMapper[] {Json.strict(), Json.tolerant(), Json.wire()}) {
            var change = new Accounts.ChangeSettings(Change.to(Accounts.Theme.DARK), Change.to(null), Change.absent());
            var read = mapper.readValue(mapper.writeValueAsBytes(change), Accounts.ChangeSettings.class);
            assertThat(read).isEqualTo(change);
        }
        assertThat(Json.strict().writeValueAsString(new Accounts.ChangeMe(Change.to(null), Change.absent())))
                .isEqualTo("{\"name\":null}");
    }

    @Test
    void an_instant_in_another_zone_is_read_as_utc() throws Exception {
        var read = Json.strict().readValue(GOOD.replace("14:00:00Z", "16:00:00+02:00"), Thing.class);

        assertThat(read.at()).isEqualTo(Instant.parse("2026-11-20T14:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"count\":3|\"count\":\"3\"",
                "\"count\":3|\"count\":3.0",
                "\"count\":3|\"count\":null",
                "\"count\":3|\"count\":99999999999",
                "\"count\":3,|",
                "\"open\":true|\"open\":1",
                "\"open\":true|\"open\":\"true\"",
                "\"open\":true|\"open\":\"\"",
                "\"name\":\"\"|\"name\":1",
                "\"name\":\"\"|\"name\":true",
                "\"name\":\"\"|\"name\":\"a\\u0000b\"",
                "\"name\":\"\"|\"name\":\"\\ud83d\"",
                "\"name\":\"\"|\"name\":\"a\",\"name\":\"b\"",
                "\"name\":\"\"|\"name\":\"a\",\"owner\":true",
                "\"at\":\"2026-11-20T14:00:00Z\"|\"at\":1",
                "\"at\":\"2026-11-20T14:00:00Z\"|\"at\":\"\"",
                "\"at\":\"2026-11-20T14:00:00Z\"|\"at\":\"2026-11-20T14:00:00\"",
                "\"amount\":1.50|\"amount\":1e999999999",
                "\"amount\":1.50|\"amount\":\"1.50\"",
                "\"amount\":1.50|\"amount\":0.1234567890123456789",
                "\"role\":\"owner\"|\"role\":0",
                "\"role\":\"owner\"|\"role\":\"OWNER\"",
                "\"role\":\"owner\"|\"role\":\"\"",
                "0197a0c0-0000-7000-8000-000000000001|AZegwAAAcACAAAAAAAAAAQ==",
                "\"limit\":7|\"limit\":\"\"",
                "\"limit\":7}|\"limit\":7} {}",
            })
    void everything_unusual_is_refused_at_the_door(String change) throws Exception {
        var parts = change.split("\\|", -1);
        var bad = GOOD.replace(parts[0], parts[1]);

        assertThat(bad).isNotEqualTo(GOOD);
        assertThatThrownBy(() -> Json.strict().readValue(bad, Thing.class)).isInstanceOf(JsonProcessingException.class);
        assertThatThrownBy(() -> Json.strict().treeToValue(Json.strict().readTree(bad), Thing.class))
                .isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void deep_nesting_is_refused() {
        assertThatThrownBy(() -> Json.strict().readTree("[".repeat(33) + "]".repeat(33)))
                .isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void between_nodes_added_members_are_ignored() throws Exception {
        var read = Json.tolerant().readValue("{\"role\":\"owner\",\"since\":1}", Orgs.Membership.class);

        assertThat(read).isEqualTo(new Orgs.Membership(Orgs.Role.OWNER));
    }

    @Test
    void constraints_hold_inside_a_change_and_for_what_must_be_given() {
        var checks = Checks.create();
        var contracts = Contracts.load();
        var operation = contracts.operation(Orgs.ChangeProject.class);
        var bad =
                new Orgs.ChangeProject(new UUID(0, 1), new UUID(0, 2), Change.to(""), Change.absent(), Change.to(null));

        assertThat(checks.check(operation, bad).errors())
                .containsExactly(new Problem.FieldError("/name", "size must be between 1 and 100"));
        var missing = new Orgs.Invite(new UUID(0, 1), "a@b.c", null);
        assertThat(checks.check(contracts.operation(Orgs.Invite.class), missing).errors())
                .containsExactly(new Problem.FieldError("/role", "must be given"));
        var good = new Orgs.ChangeProject(
                new UUID(0, 1), new UUID(0, 2), Change.absent(), Change.absent(), Change.to(null));
        assertThat(checks.check(operation, good)).isNull();
    }
}
