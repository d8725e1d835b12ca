package io.vertebra.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertebra.contract.Orgs;
import io.vertx.core.buffer.Buffer;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
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
    private static final String SECRET = "the-secret-of-one-cluster-of-the-tests";
    private static final Wire WIRE = new Wire(CONTRACTS, seal(SECRET));
    private static final Operation GET_ORG = CONTRACTS.operation(Orgs.GetOrg.class);
    private static final String NODE = "a-node";
    private static final Grant GRANT = new Grant(new UUID(0, 1), null, "orgs.projects.write", "owner");
    private static final Caller CALLER = new Caller(ActorKind.USER, new UUID(0, 2), null, new UUID(0, 3), GRANT);
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final Call CALL = new Call(CALLER, "r1", TRACE, 9L, "k", 3L, "::1", "curl");

    private static Seal seal(String secret) {
        return new Seal(secret.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] ask() {
        return WIRE.write(envelope(GET_ORG, new Orgs.GetOrg(new UUID(0, 1))), NODE);
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
            var ask = WIRE.write(envelope, NODE);
            assertThat(WIRE.read(ask, NODE).envelope()).isEqualTo(envelope);
            var reply = Reply.of(random.of(operation.answer()));
            assertThat(WIRE.read(operation, WIRE.write(reply, ask), ask)).isEqualTo(reply);
        }
    }

    @Property(tries = 1000)
    void an_envelope_with_any_byte_changed_is_refused(@ForAll int position, @ForAll byte change) {
        var request = new Orgs.CreateProject(new UUID(0, 1), "One", null, "a project");
        var bytes = WIRE.write(envelope(CONTRACTS.operation(Orgs.CreateProject.class), request), NODE);
        int at = Math.floorMod(position, bytes.length);
        bytes[at] ^= change == 0 ? 1 : change;

        assertThatThrownBy(() -> WIRE.read(bytes, NODE)).isInstanceOf(Wire.BrokenSeal.class);
    }

    @Property(tries = 500)
    void whatever_bytes_come_are_refused_and_never_more(@ForAll byte[] bytes) {
        assertThatThrownBy(() -> WIRE.read(bytes, NODE)).isInstanceOf(Wire.BrokenSeal.class);
        assertThatThrownBy(() -> WIRE.read(GET_ORG, bytes, ask())).isInstanceOf(Wire.BrokenSeal.class);
    }

    @Property(tries = 1000)
    void a_reply_with_any_byte_changed_is_refused(@ForAll int position, @ForAll byte change) {
        var ask = ask();
        var bytes = WIRE.write(Reply.of(Problem.invalid("/name", "is taken")), ask);
        bytes[Math.floorMod(position, bytes.length)] ^= change == 0 ? 1 : change;

        assertThatThrownBy(() -> WIRE.read(GET_ORG, bytes, ask)).isInstanceOf(Wire.BrokenSeal.class);
    }

    @Test
    void a_reply_answers_one_ask_only() {
        var ask = ask();
        var same = ask();
        var bytes = WIRE.write(Reply.of(Problem.notFound("org")), ask);

        assertThat(same).isNotEqualTo(ask);
        assertThat(WIRE.read(GET_ORG, bytes, ask).problem()).isNotNull();
        assertThatThrownBy(() -> WIRE.read(GET_ORG, bytes, same)).isInstanceOf(Wire.BrokenSeal.class);
    }

    @Test
    void an_ask_is_told_from_every_other_and_is_for_one_node() {
        var first = WIRE.read(ask(), NODE);
        var second = WIRE.read(ask(), NODE);

        assertThat(second.sender()).isEqualTo(first.sender());
        assertThat(second.number()).isGreaterThan(first.number());
        assertThatThrownBy(() -> WIRE.read(ask(), "another")).isInstanceOf(Wire.BrokenSeal.class);
    }

    @Test
    void a_problem_that_is_null_is_refused() {
        var ask = ask();
        var sealed = seal(SECRET);
        byte[] nothing = {(byte) 0xf6};
        assertThatThrownBy(() -> WIRE.read(GET_ORG, reply((byte) -2, nothing, ask, sealed), ask))
                .isInstanceOf(UncheckedIOException.class);
    }

    /** The bytes of a reply as the description of the wire says. */
    private static byte[] reply(byte kind, byte[] body, byte[] ask, Seal seal) {
        int header = ByteBuffer.wrap(ask).getInt(1);
        var over = ByteBuffer.allocate(1 + 2 * Seal.LENGTH)
                .put(kind)
                .put(ask, 5 + header, Seal.LENGTH)
                .put(seal.digest(body));
        return ByteBuffer.allocate(1 + Seal.LENGTH + body.length)
                .put(kind)
                .put(seal.of(over.array()))
                .put(body)
                .array();
    }

    @Test
    void an_envelope_of_another_cluster_is_refused() {
        var other = new Wire(CONTRACTS, seal("the-secret-of-another-cluster-of-the-tests"));
        var bytes = other.write(envelope(GET_ORG, new Orgs.GetOrg(new UUID(0, 1))), NODE);

        assertThatThrownBy(() -> WIRE.read(bytes, NODE)).isInstanceOf(Wire.BrokenSeal.class);
    }

    @Test
    void a_secret_that_is_too_short_is_refused() {
        assertThatThrownBy(() -> seal("short")).hasMessageContaining("at least 32 bytes");
    }

    @Test
    void a_problem_arrives_with_everything_that_it_says() {
        var problem = Problem.invalid("/name", "is taken").with("retryAfter", 3);
        var ask = ask();
        var read = WIRE.read(GET_ORG, WIRE.write(Reply.of(problem), ask), ask).problem();

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
        var ask = ask();

        var org = (Orgs.Org) WIRE.read(GET_ORG, reply((byte) -1, body, ask, seal(SECRET)), ask)
                .answer();

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
