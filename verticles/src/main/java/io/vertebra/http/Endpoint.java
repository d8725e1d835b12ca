package io.vertebra.http;

import com.fasterxml.jackson.databind.ObjectWriter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertebra.bus.AccessRule;
import io.vertebra.bus.Checks;
import io.vertebra.bus.Component;
import io.vertebra.bus.Document;
import io.vertebra.bus.Json;
import io.vertebra.bus.Operation;
import io.vertebra.bus.Page;
import io.vertebra.bus.Route;
import io.vertebra.bus.Takes;
import io.vertebra.kernel.telemetry.Meters;
import java.lang.reflect.ParameterizedType;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** An operation as REST serves it, with everything worked out that is the same for each of its requests. */
final class Endpoint {
    private static final int STATUS_MAX = 600;

    private final Operation operation;
    private final Route route;
    private final Decoder decoder;
    private final ObjectWriter writer;
    private final @Nullable Component version;
    private final @Nullable Component id;
    private final @Nullable Component account;
    private final boolean page;
    private final @Nullable Takes takes;
    private final MeterRegistry meters;
    private final AtomicReferenceArray<Timer> timers = new AtomicReferenceArray<>(STATUS_MAX);

    Endpoint(Operation operation, Checks checks, MeterRegistry meters) {
        this.operation = operation;
        this.route = Objects.requireNonNull(operation.route());
        this.decoder = new Decoder(operation, checks);
        this.writer = Json.strict().writerFor(Json.type(operation.answer()));
        this.version = operation.answerComponent("version");
        this.id = operation.createdId();
        var email = operation.component("email");
        this.account = open() && email != null && email.type() == String.class ? email : null;
        this.page = operation.answer() instanceof ParameterizedType parameterized
                && parameterized.getRawType() == Page.class;
        this.takes = operation.type().getAnnotation(Takes.class);
        this.meters = meters;
    }

    Operation operation() {
        return operation;
    }

    Route route() {
        return route;
    }

    Decoder decoder() {
        return decoder;
    }

    /** Writes answers of the operation. */
    ObjectWriter writer() {
        return writer;
    }

    /** Whether nobody has to be signed in. */
    boolean open() {
        return operation.rule().kind() == AccessRule.Kind.PUBLIC;
    }

    /** Whether a body may come. */
    boolean takesBody() {
        return route.verb().hasBody();
    }

    /** What it says of a body that it takes unread; null where the body is JSON of its components. */
    @Nullable
    Takes takes() {
        return takes;
    }

    /** Whether the answer is a document of another kind than JSON. */
    boolean answersDocument() {
        return operation.answer() == Document.class;
    }

    /** Whether the answer is a page of a list. */
    boolean page() {
        return page;
    }

    /** The version in the answer; null where it has none. */
    @Nullable
    Component version() {
        return version;
    }

    /** The id of what an answer created; null where the operation creates nothing. */
    @Nullable
    Component createdId() {
        return id;
    }

    /** The address of the account that an open operation is about; null where it is about none. */
    @Nullable
    Component account() {
        return account;
    }

    /** Notes how long a request took and how it ended. */
    void measure(int status, long nanos) {
        var timer = timers.get(status);
        if (timer == null) {
            timer = Timer.builder(Meters.HTTP_REQUEST)
                    .description("Requests at the REST door by operation and status")
                    .tag("operation", operation.name())
                    .tag("status", String.valueOf(status))
                    .register(meters);
            timers.set(status, timer);
        }
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }
}
