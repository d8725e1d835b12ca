package io.vertebra.bus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How asks and replies travel between nodes: CBOR, by the contract's names only, sealed. The registry is closed, so no
 * name from the wire ever loads a class. Added fields are ignored, so that nodes of two versions understand each other.
 *
 * <p>An ask is: version (1 byte), length of the header (4), header, seal over version and header (32), body. The header
 * holds operation, call, the digest of the body, the node that it is for, and a number that its sender never uses
 * again.
 *
 * <p>A reply is: kind (1 byte), seal (32), then the answer or the problem. Its seal stands over the kind, the digest of
 * what follows and the seal of the ask, so that it answers this one ask and no other.
 */
public final class Wire {
    /** The version of this form; nodes of another version are not understood. */
    public static final byte VERSION = 2;

    private static final byte ANSWER = -1;
    private static final byte PROBLEM = -2;
    private static final byte KEPT_ANSWER = -3;
    private static final int PREFIX = 5;
    private static final int REPLY_PREFIX = 1 + Seal.LENGTH;

    private static final ObjectReader HEADERS = Json.wire().readerFor(Header.class);
    private static final ObjectWriter WRITER = Json.wire().writer();
    private static final ObjectReader PROBLEMS = Json.wire().readerFor(ProblemForm.class);

    private final Contracts contracts;
    private final Seal seal;
    private final UUID sender = UUID.randomUUID();
    private final AtomicLong asked = new AtomicLong();
    private final Map<Operation, ObjectReader> requests = new HashMap<>();
    private final Map<Operation, ObjectReader> answers = new HashMap<>();

    /** The wire of these contracts under this seal. */
    public Wire(Contracts contracts, Seal seal) {
        this.contracts = contracts;
        this.seal = seal;
        for (var operation : contracts.operations()) {
            requests.put(operation, Json.wire().readerFor(operation.type()));
            answers.put(operation, Json.wire().readerFor(Json.type(operation.answer())));
        }
    }

    private record Header(String operation, Call call, byte[] digest, String to, UUID sender, long number) {}

    private record ProblemForm(
            String code,
            int status,
            String title,
            String detail,
            @Nullable List<Problem.FieldError> errors,
            @Nullable Map<String, Object> more) {}

    /** The sealed bytes of an ask for this node; each time others, so that a second attempt is no repetition. */
    public byte[] write(Envelope envelope, String to) {
        try {
            var body = WRITER.writeValueAsBytes(envelope.request());
            var operation = envelope.operation().name();
            var header = WRITER.writeValueAsBytes(
                    new Header(operation, envelope.call(), seal.digest(body), to, sender, asked.incrementAndGet()));
            var sealed = ByteBuffer.allocate(PREFIX + header.length)
                    .put(VERSION)
                    .putInt(header.length)
                    .put(header)
                    .array();
            return ByteBuffer.allocate(sealed.length + Seal.LENGTH + body.length)
                    .put(sealed)
                    .put(seal.of(sealed))
                    .put(body)
                    .array();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Opens an ask for this node: checks the seal before anything is decoded.
     *
     * @throws BrokenSeal when no node of this cluster wrote these bytes for this node
     * @throws UncheckedIOException when they cannot be understood
     */
    public Received read(byte[] bytes, String self) {
        int length = headerLength(bytes);
        var sealed = Arrays.copyOf(bytes, PREFIX + length);
        if (!seal.holds(sealed, mark(bytes))) {
            throw new BrokenSeal("the seal does not belong to the envelope");
        }
        try {
            Header header = HEADERS.readValue(sealed, PREFIX, length);
            var body = Arrays.copyOfRange(bytes, sealed.length + Seal.LENGTH, bytes.length);
            if (!MessageDigest.isEqual(seal.digest(body), header.digest())) {
                throw new BrokenSeal("the body does not belong to the envelope");
            }
            if (!self.equals(header.to())) {
                throw new BrokenSeal("the envelope is for another node");
            }
            var operation = contracts.operation(header.operation());
            if (operation == null) {
                throw new IOException("there is no operation " + header.operation());
            }
            Request<?> request = Objects.requireNonNull(requests.get(operation)).readValue(body);
            return new Received(new Envelope(header.call(), operation, request), header.sender(), header.number());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * An ask as it came, with what tells it from every other.
     *
     * @param envelope the ask
     * @param sender one run of the node that sent it
     * @param number how many asks that run had sent with it
     */
    public record Received(Envelope envelope, UUID sender, long number) {}

    private static int headerLength(byte[] ask) {
        if (ask.length < PREFIX + Seal.LENGTH || ask[0] != VERSION) {
            throw new BrokenSeal("the envelope is cut off or of an unknown version");
        }
        int length = ByteBuffer.wrap(ask).getInt(1);
        if (length < 0 || length > ask.length - PREFIX - Seal.LENGTH) {
            throw new BrokenSeal("the envelope's header is cut off");
        }
        return length;
    }

    /** The seal that an ask bears, whether it holds or not. */
    private static byte[] mark(byte[] ask) {
        int at = PREFIX + headerLength(ask);
        return Arrays.copyOfRange(ask, at, at + Seal.LENGTH);
    }

    /** The bytes of a reply, sealed for this ask; only for an ask that was read and found to be sealed. */
    public byte[] write(Reply reply, byte[] ask) {
        try {
            var problem = reply.problem();
            byte kind = problem != null ? PROBLEM : reply.replayed() ? KEPT_ANSWER : ANSWER;
            var body = WRITER.writeValueAsBytes(problem == null ? reply.answer() : form(problem));
            return ByteBuffer.allocate(REPLY_PREFIX + body.length)
                    .put(kind)
                    .put(seal.of(replySealed(kind, ask, body)))
                    .put(body)
                    .array();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the seal of a reply stands over; its first byte is never the version of an ask. */
    private byte[] replySealed(byte kind, byte[] ask, byte[] body) {
        return ByteBuffer.allocate(1 + 2 * Seal.LENGTH)
                .put(kind)
                .put(mark(ask))
                .put(seal.digest(body))
                .array();
    }

    /**
     * Reads the reply to this ask of this operation.
     *
     * @throws BrokenSeal when no node of this cluster wrote these bytes as an answer to this ask
     * @throws UncheckedIOException when they cannot be understood
     */
    public Reply read(Operation operation, byte[] bytes, byte[] ask) {
        if (bytes.length < REPLY_PREFIX) {
            throw new BrokenSeal("the reply is cut off");
        }
        byte kind = bytes[0];
        var body = Arrays.copyOfRange(bytes, REPLY_PREFIX, bytes.length);
        if (!seal.holds(replySealed(kind, ask, body), Arrays.copyOfRange(bytes, 1, REPLY_PREFIX))) {
            throw new BrokenSeal("the seal does not belong to the reply");
        }
        try {
            if (kind == PROBLEM) {
                return Reply.of(problem(PROBLEMS.readValue(body)));
            }
            Object answer = Objects.requireNonNull(answers.get(operation)).readValue(body);
            return new Reply(answer, null, kind == KEPT_ANSWER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProblemForm form(Problem problem) {
        return new ProblemForm(
                problem.code(), problem.status(), problem.title(), problem.detail(), problem.errors(), problem.more());
    }

    /** What comes from the wire may be null anywhere; a problem is whole or it is no problem. */
    private static Problem problem(@Nullable ProblemForm form) throws IOException {
        try {
            return new Problem(
                    Objects.requireNonNull(Objects.requireNonNull(form).code()),
                    form.status(),
                    Objects.requireNonNull(form.title()),
                    Objects.requireNonNull(form.detail()),
                    form.errors() == null ? List.of() : form.errors(),
                    form.more() == null ? Map.of() : form.more());
        } catch (NullPointerException incomplete) {
            throw new IOException("the problem is incomplete", incomplete);
        }
    }

    /** What came was not written by a node of this cluster for this end, or was changed on the way. */
    public static final class BrokenSeal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** Refused, because of this. */
        public BrokenSeal(String what) {
            super(what, null, false, false);
        }
    }
}
