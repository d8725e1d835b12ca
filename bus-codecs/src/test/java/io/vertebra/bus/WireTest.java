package io.vertebra.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertebra.contract.Orgs;
import io.vertx.core.buffer.Buffer;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class WireTest {
    private static final Contracts CONTRACTS = Contracts.load();
    private static final Wire WIRE = new Wire(CONTRACTS, seal("the-secret-of-one-cluster-of-the-tests"));
    private static final Grant GRANT = new Grant(new UUID(0, 1), null, "orgs.projects.write", "owner");
    private static final Caller CALLER = new Caller(ActorKind.USER, new UUID(0, 2), null, new UUID(0, 3), GRANT);
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final Call CALL = new Call(CALLER, "r1", TRACE, 9L, "k", 3L, "::1", "curl");

    private static Seal seal(String secret) {
        return new Seal(secret.getBytes(StandardCharsets.UTF_8));
    }

    private static Envelope envelope(Operation operation, Request<?> request) {
        return new Envelope(CALL, operation, request);
    }

    /** Every operation with any values of its components survives the way, and so does its answer. */
    @Property(tries = 300)
    void whatever_is_asked_and_answered_arrives_as_it_was(@ForAll long seed) {
        var random = new Samples(new Random(seed));
        for (var operation : CONTRACTS.operations()) {
            var envelope = envelope(operation, (Request<?>) random.of(operation.type()));
            assertThat(WIRE.read(WIRE.write(envelope))).isEqualTo(envelope);
            var reply = Reply.of(random.of(operation.answer()));
            assertThat(WIRE.read(operation, WIRE.write(reply))).isEqualTo(reply);
        }
    }

    @Property(tries = 1000)
    void an_envelope_with_any_byte_changed_is_refused(@ForAll int position, @ForAll byte change) {
        var request = new Orgs.CreateProject(new UUID(0, 1), "One", null, "a project");
        var bytes = WIRE.write(envelope(CONTRACTS.operation(Orgs.CreateProject.class), request));
        int at = Math.floorMod(position, bytes.length);
        bytes[at] ^= change == 0 ? 1 : change;

        assertThatThrownBy(() -> WIRE.read(bytes)).isInstanceOf(Wire.BrokenSeal.class);
    }

    @Property(tries = 500)
    void whatever_bytes_come_are_refused_and_never_more(@ForAll byte[] bytes) {
        assertThatThrownBy(() -> WIRE.read(bytes)).isInstanceOf(Wire.BrokenSeal.class);
        try {
            WIRE.read(CONTRACTS.operation(Orgs.GetOrg.class), bytes);
        } catch (UncheckedIOException expected) {
            assertThat(expected.getCause()).isNotNull();
        }
    }

    @Test
    void a_problem_that_is_null_is_refused() {
        byte[] nothing = {1, (byte) 0xf6};
        assertThatThrownBy(() -> WIRE.read(CONTRACTS.operation(Orgs.GetOrg.class), nothing))
                .isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void an_envelope_of_another_cluster_is_refused() {
        var other = new Wire(CONTRACTS, seal("the-secret-of-another-cluster-of-the-tests"));
        var bytes = other.write(envelope(CONTRACTS.operation(Orgs.GetOrg.class), new Orgs.GetOrg(new UUID(0, 1))));

        assertThatThrownBy(() -> WIRE.read(bytes)).isInstanceOf(Wire.BrokenSeal.class);
    }

    @Test
    void a_secret_that_is_too_short_is_refused() {
        assertThatThrownBy(() -> seal("short")).hasMessageContaining("at least 32 bytes");
    }

    @Test
    void a_problem_arrives_with_everything_that_it_says() {
        var problem = Problem.invalid("/name", "is taken").with("retryAfter", 3);
        var read = WIRE.read(CONTRACTS.operation(Orgs.GetOrg.class), WIRE.write(Reply.of(problem)))
                .problem();

        assertThat(read.code()).isEqualTo("validation_error");
        assertThat(read.status()).isEqualTo(422);
        assertThat(read.title()).isEqualTo(problem.title());
        assertThat(read.detail()).isEqualTo(problem.detail());
        assertThat(read.errors()).isEqualTo(List.of(new Problem.FieldError("/name", "is taken")));
        assertThat(read.more()).isEqualTo(Map.of("retryAfter", 3));
    }

    @Test
    void fields_that_a_newer_node_added_are_ignored() throws Exception {
        var newer = Map.of("id", new UUID(0, 1), "name", "One", "colour", Map.of("r", 1));
        var body = Json.wire().writeValueAsBytes(newer);
        var bytes = new byte[body.length + 1];
        System.arraycopy(body, 0, bytes, 1, body.length);

        var org = (Orgs.Org)
                WIRE.read(CONTRACTS.operation(Orgs.GetOrg.class), bytes).answer();

        assertThat(org.name()).isEqualTo("One");
    }

    @Test
    void the_codec_carries_bytes_and_hands_the_same_instance_over_on_one_node() {
        var codec = new ParcelCodec();
        var parcel = new Parcel("content", new byte[] {1, 2, 3});
        var buffer = Buffer.buffer("before");
        int at = buffer.length();
        codec.encodeToWire(buffer, parcel);

        assertThat(codec.transform(parcel)).isSameAs(parcel);
        assertThat(codec.decodeFromWire(at, buffer).bytes()).containsExactly(1, 2, 3);
        assertThat(codec.decodeFromWire(at, buffer).content()).isNull();
    }

    @Test
    void a_type_is_known_to_the_samples() {
        Type page = CONTRACTS.operation(Orgs.ListProjects.class).answer();

        assertThat(new Samples(new Random(1)).of(page)).isInstanceOf(Page.class);
    }
}
