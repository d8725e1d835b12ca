package io.vertebra.launcher.watch;

import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One topic over all connections: how far it came, what was seen, and how much more may be sent. */
final class Topic {
    private static final int CREDIT = 200;
    private static final int REMEMBERED = 2_000;

    private final String name;
    private final Set<String> seen = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    });
    private @Nullable String cursor;
    private int taken;
    private boolean confirmed;

    Topic(String name, @Nullable String after) {
        this.name = name;
        this.cursor = after;
    }

    String name() {
        return name;
    }

    boolean confirmed() {
        return confirmed;
    }

    /** The frame that follows this topic on a new connection, from where it stopped. */
    JsonObject register() {
        taken = 0;
        confirmed = false;
        var headers = new JsonObject().put("credit", Integer.toString(CREDIT));
        if (cursor != null) {
            headers.put("after", cursor);
        }
        return new JsonObject()
                .put("type", "register")
                .put("address", name)
                .put("replyAddress", "sub:" + name)
                .put("headers", headers);
    }

    /** The server follows; from here on the topic resumes even before its first event. */
    void confirm(@Nullable String begin) {
        confirmed = true;
        cursor = begin == null ? cursor : begin;
    }

    /** Notes an event; false when it was there already. */
    boolean take(String at, String id) {
        cursor = at;
        return seen.add(id);
    }

    /** The frame that grants more, when enough was taken. */
    @Nullable
    JsonObject grant() {
        taken++;
        if (taken < CREDIT / 2) {
            return null;
        }
        var body = new JsonObject().put("topic", name).put("credit", taken);
        taken = 0;
        return new JsonObject()
                .put("type", "send")
                .put("address", "live.credit")
                .put("body", body);
    }

    /** Goes on after this place, since what lies before is no longer kept. */
    void skip(String to) {
        cursor = to;
    }
}
