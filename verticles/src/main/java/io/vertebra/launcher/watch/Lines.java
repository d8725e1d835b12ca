package io.vertebra.launcher.watch;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Prints an event a line, as words or as JSON with the cursor; what is not an event goes to the side. */
public final class Lines implements Reception {
    private final PrintWriter out;
    private final PrintWriter side;
    private final Set<String> types;
    private final boolean json;
    private final CountDownLatch over = new CountDownLatch(1);
    private long left;
    private boolean failed;

    /**
     * Lines of these types of events.
     *
     * @param most ends after this many events; 0 for never
     */
    public Lines(PrintWriter out, PrintWriter side, Set<String> types, boolean json, long most) {
        this.out = out;
        this.side = side;
        this.types = types;
        this.json = json;
        this.left = most == 0 ? Long.MAX_VALUE : most;
    }

    /** Waits until nothing more can come or enough came; false when it was not for want of trying. */
    public boolean await() throws InterruptedException {
        over.await();
        return !failed;
    }

    @Override
    public void event(String topic, String cursor, JsonObject event) {
        if (left == 0 || !types.isEmpty() && !types.contains(event.getString("type"))) {
            return;
        }
        if (json) {
            out.println(new JsonObject().put("cursor", cursor).mergeIn(event).encode());
        } else {
            out.println("%s  %-28s %s"
                    .formatted(event.getString("at"), event.getString("type"), Words.subject(event))
                    .stripTrailing());
        }
        out.flush();
        if (out.checkError() || --left == 0) {
            over.countDown();
        }
    }

    @Override
    public void turned(State state, @Nullable Instant retryAt, String reason) {
        say(state.name().toLowerCase(Locale.ROOT) + ": " + reason);
        if (state == State.CLOSED) {
            fail();
        }
    }

    @Override
    public void value(String topic, JsonObject value) {
        // Only events are lines.
    }

    @Override
    public void reset(String topic, String reason) {
        say("Some events are no longer kept: " + reason);
    }

    @Override
    public void ended(String topic, String reason) {
        say(reason);
        fail();
    }

    private void fail() {
        failed = true;
        over.countDown();
    }

    private void say(String words) {
        side.println("vertebra: " + words);
        side.flush();
    }
}
