package io.vertebra.bench;

import io.vertebra.bench.BaselineStore.Account;
import io.vertebra.bench.BaselineStore.CreateProject;
import io.vertebra.bench.BaselineStore.GetProject;
import io.vertebra.bench.BaselineStore.Login;
import io.vertebra.bench.BaselineStore.Project;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The messages of the baseline: handed over within a process, compact binary between two, as little as can be. */
final class BaselineWire {
    private BaselineWire() {}

    /** Reads a message from its place on. */
    private static final class In {
        private final Buffer buffer;
        private int position;

        In(Buffer buffer, int position) {
            this.buffer = buffer;
            this.position = position;
        }

        long number() {
            position += Long.BYTES;
            return buffer.getLong(position - Long.BYTES);
        }

        UUID uuid() {
            return new UUID(number(), number());
        }

        String text() {
            int length = buffer.getInt(position);
            position += Integer.BYTES + length;
            return buffer.getString(position - length, position);
        }
    }

    private static void uuid(Buffer out, UUID id) {
        out.appendLong(id.getMostSignificantBits()).appendLong(id.getLeastSignificantBits());
    }

    private static void text(Buffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.appendInt(bytes.length).appendBytes(bytes);
    }

    static void register(EventBus bus) {
        asks(bus);
        answers(bus);
    }

    private static void asks(EventBus bus) {
        register(
                bus,
                GetProject.class,
                (out, one) -> {
                    uuid(out, one.id());
                    uuid(out, one.orgId());
                },
                in -> new GetProject(in.uuid(), in.uuid()));
        register(
                bus,
                CreateProject.class,
                (out, one) -> {
                    uuid(out, one.orgId());
                    uuid(out, one.actor());
                    text(out, one.name());
                },
                in -> new CreateProject(in.uuid(), in.uuid(), in.text()));
        register(
                bus,
                Login.class,
                (out, one) -> {
                    text(out, one.email());
                    text(out, one.password());
                },
                in -> new Login(in.text(), in.text()));
    }

    private static void answers(EventBus bus) {
        register(
                bus,
                Project.class,
                (out, one) -> {
                    uuid(out, one.id());
                    uuid(out, one.orgId());
                    out.appendLong(one.createdAt().toEpochSecond())
                            .appendLong(one.createdAt().getNano());
                    text(out, one.name());
                },
                BaselineWire::project);
        register(
                bus,
                Account.class,
                (out, one) -> {
                    uuid(out, one.id());
                    uuid(out, one.orgId());
                },
                in -> new Account(in.uuid(), in.uuid()));
    }

    private static Project project(In in) {
        var id = in.uuid();
        var orgId = in.uuid();
        var at = Instant.ofEpochSecond(in.number(), in.number());
        return new Project(id, orgId, in.text(), OffsetDateTime.ofInstant(at, ZoneOffset.UTC));
    }

    private static <T> void register(EventBus bus, Class<T> type, BiConsumer<Buffer, T> write, Function<In, T> read) {
        bus.registerDefaultCodec(type, new Codec<>(type.getSimpleName(), write, read));
    }

    private record Codec<T>(String name, BiConsumer<Buffer, T> write, Function<In, T> read)
            implements MessageCodec<T, T> {
        @Override
        public void encodeToWire(Buffer buffer, T body) {
            write.accept(buffer, body);
        }

        @Override
        public T decodeFromWire(int position, Buffer buffer) {
            return read.apply(new In(buffer, position));
        }

        @Override
        public T transform(T body) {
            return body;
        }

        @Override
        public byte systemCodecID() {
            return -1;
        }
    }
}
