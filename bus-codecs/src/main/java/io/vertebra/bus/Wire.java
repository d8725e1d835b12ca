package io.vertebra.bus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How asks and replies travel between nodes: CBOR, by the contract's names only, sealed. The registry is closed, so no
 * name from the wire ever loads a class. Added fields are ignored, so that nodes of two versions understand each other.
 *
 * <p>An ask is: version (1 byte), length of the header (4), header, seal over version and header (32), body. The header
 * holds operation, call and the digest of the body. A reply is: kind (1 byte), then the answer or the problem.
 */
public final class Wire {
    private static final byte VERSION = 1;
    private static final byte ANSWER = 0;
    private static final byte PROBLEM = 1;
    private static final byte KEPT_ANSWER = 2;
    private static final int PREFIX = 5;

    private static final ObjectReader HEADERS = Json.wire().readerFor(Header.class);
    private static final ObjectWriter WRITER = Json.wire().writer();
    private static final ObjectReader PROBLEMS = Json.wire().readerFor(ProblemForm.class);

    private final Contracts contracts;
    private final Seal seal;
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

    private record Header(String operation, Call call, byte[] digest) {}

    private record ProblemForm(
            String code,
            int status,
            String title,
            String detail,
            @Nullable List<Problem.FieldError> errors,
            @Nullable Map<String, Object> more) {}

    /** The sealed bytes of an ask. */
    public byte[] write(Envelope envelope) {
        try {
            var body = WRITER.writeValueAsBytes(envelope.request());
            var header = WRITER.writeValueAsBytes(
                    new Header(envelope.operation().name(), envelope.call(), seal.digest(body)));
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
     * Opens an ask: checks the seal before anything is decoded.
     *
     * @throws BrokenSeal when no node of this cluster wrote these bytes
     * @throws UncheckedIOException when they cannot be understood
     */
    public Envelope read(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        if (bytes.length < PREFIX + Seal.LENGTH || in.get() != VERSION) {
            throw new BrokenSeal("the envelope is cut off or of an unknown version");
        }
        int length = in.getInt();
        if (length < 0 || length > bytes.length - PREFIX - Seal.LENGTH) {
            throw new BrokenSeal("the envelope's header is cut off");
        }
        var sealed = new byte[PREFIX + length];
        in.position(0).get(sealed);
        var mark = new byte[Seal.LENGTH];
        in.get(mark);
        if (!seal.holds(sealed, mark)) {
            throw new BrokenSeal("the seal does not belong to the envelope");
        }
        var body = new byte[in.remaining()];
        in.get(body);
        try {
            Header header = HEADERS.readValue(sealed, PREFIX, length);
            if (!java.security.MessageDigest.isEqual(seal.digest(body), header.digest())) {
                throw new BrokenSeal("the body does not belong to the envelope");
            }
            var operation = contracts.operation(header.operation());
            if (operation == null) {
                throw new IOException("there is no operation " + header.operation());
            }
            Request<?> request = Objects.requireNonNull(requests.get(operation)).readValue(body);
            return new Envelope(header.call(), operation, request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes of a reply. */
    public byte[] write(Reply reply) {
        try {
            var problem = reply.problem();
            byte kind = problem != null ? PROBLEM : reply.replayed() ? KEPT_ANSWER : ANSWER;
            var body = WRITER.writeValueAsBytes(problem == null ? reply.answer() : form(problem));
            return ByteBuffer.allocate(1 + body.length).put(kind).put(body).array();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads the reply to this operation.
     *
     * @throws UncheckedIOException when it cannot be understood
     */
    public Reply read(Operation operation, byte[] bytes) {
        try {
            if (bytes.length == 0) {
                throw new IOException("the reply is empty");
            }
            if (bytes[0] == PROBLEM) {
                ProblemForm form = PROBLEMS.readValue(bytes, 1, bytes.length - 1);
                return Reply.of(problem(form));
            }
            Object answer = Objects.requireNonNull(answers.get(operation)).readValue(bytes, 1, bytes.length - 1);
            return new Reply(answer, null, bytes[0] == KEPT_ANSWER);
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

    /** The envelope was not written by a node of this cluster, or was changed on the way. */
    public static final class BrokenSeal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BrokenSeal(String what) {
            super(what, null, false, false);
        }
    }
}
