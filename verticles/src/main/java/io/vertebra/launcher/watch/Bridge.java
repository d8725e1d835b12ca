package io.vertebra.launcher.watch;

import io.vertebra.launcher.watch.Reception.State;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A client of the TCP bridge: signs in, follows topics, comes back by itself after a break and resumes each topic after
 * the last event that came. Everything runs on one event loop.
 */
public final class Bridge implements AutoCloseable {
    private static final long BEAT_MS = 10_000;
    private static final long SILENCE_MS = 30_000;
    private static final long RENEW_BEFORE_MS = 60_000;
    private static final long RENEW_LEAST_MS = 10_000;
    private static final int UNAUTHENTICATED = 401;
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 500;
    private static final String AUTH = "live.auth";
    private static final String SUB = "sub:";

    private final Vertx vertx;
    private final Place place;
    private final Callable<String> token;
    private final Reception reception;
    private final Clock clock;
    private final NetClient client;
    private final Backoff backoff = new Backoff(new SecureRandom());
    private final Map<String, Topic> topics = new LinkedHashMap<>();
    private @Nullable NetSocket socket;
    private @Nullable String used;
    private @Nullable String refused;
    private boolean signedIn;
    private boolean over;
    private long heardAt;
    private long retryAfterMs;
    private long renewal = -1;

    /** Where the bridge is. */
    public record Place(String host, int port, boolean tls) {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /**
     * A bridge that is not connected yet.
     *
     * @param token answers a fresh access token; may block
     */
    public Bridge(Vertx vertx, Place place, Callable<String> token, Reception reception, Clock clock) {
        this.vertx = vertx;
        this.place = place;
        this.token = token;
        this.reception = reception;
        this.clock = clock;
        var options = new NetClientOptions().setConnectTimeout(5_000).setSsl(place.tls());
        if (place.tls()) {
            options.setHostnameVerificationAlgorithm("HTTPS");
        }
        this.client = vertx.createNetClient(options);
    }

    /** Follows a topic from the next connection on: after this cursor, or with what happens next. */
    public Bridge follow(String topic, @Nullable String after) {
        topics.put(topic, new Topic(topic, after));
        return this;
    }

    /** Connects, and keeps connected until {@link #close()}. */
    public void open() {
        vertx.runOnContext(now -> {
            vertx.setPeriodic(BEAT_MS, due -> beat());
            connect();
        });
    }

    @Override
    public void close() {
        over = true;
        client.close();
    }

    private void connect() {
        if (over) {
            return;
        }
        reception.turned(State.CONNECTING, null, place.toString());
        vertx.executeBlocking(token)
                .onSuccess(fresh -> {
                    if (fresh.equals(refused)) {
                        end("The token is no longer accepted.");
                        return;
                    }
                    client.connect(place.port(), place.host())
                            .onSuccess(opened -> opened(opened, fresh))
                            .onFailure(away -> retry(reason(away)));
                })
                .onFailure(failure -> {
                    if (failure instanceof SignedOut) {
                        end(reason(failure));
                    } else {
                        retry(reason(failure));
                    }
                });
    }

    private void opened(NetSocket opened, String fresh) {
        socket = opened;
        heardAt = clock.millis();
        opened.handler(Frames.decoder(frame -> heard(opened, frame), why -> opened.close()));
        opened.exceptionHandler(failure -> opened.close());
        opened.closeHandler(nothing -> {
            if (socket == opened) {
                lost("the connection broke");
            }
        });
        authenticate(fresh);
    }

    private void authenticate(String fresh) {
        used = fresh;
        send(new JsonObject()
                .put("type", "send")
                .put("address", AUTH)
                .put("replyAddress", AUTH)
                .put("headers", new JsonObject().put("token", fresh)));
    }

    private void heard(NetSocket from, JsonObject frame) {
        if (socket != from) {
            return;
        }
        heardAt = clock.millis();
        var address = frame.getString("address", "");
        switch (frame.getString("type", "")) {
            case "message" -> message(address, frame);
            case "err" -> refused(address, frame);
            default -> {
                // A pong is a sign of life, and so is what this client does not know.
            }
        }
    }

    private void message(String address, JsonObject frame) {
        if (address.equals(AUTH)) {
            signedIn(frame.getJsonObject("body", new JsonObject()));
            return;
        }
        if (address.startsWith(SUB)) {
            confirmed(topics.get(address.substring(SUB.length())), frame.getJsonObject("body", new JsonObject()));
            return;
        }
        var topic = topics.get(address);
        var body = frame.getJsonObject("body");
        if (topic == null || body == null) {
            return;
        }
        var cursor = frame.getJsonObject("headers", new JsonObject()).getString("cursor");
        if (cursor == null) {
            reception.value(address, body);
            return;
        }
        if (topic.take(cursor, body.getString("id", cursor))) {
            reception.event(address, cursor, body);
        }
        var grant = topic.grant();
        if (grant != null) {
            send(grant);
        }
    }

    private void signedIn(JsonObject answer) {
        renewLater(answer.getString("expiresAt"));
        if (signedIn) {
            return;
        }
        signedIn = true;
        backoff.reset();
        topics.values().forEach(topic -> send(topic.register()));
    }

    private void confirmed(@Nullable Topic topic, JsonObject answer) {
        if (topic != null) {
            topic.confirm(answer.getString("cursor"));
        }
        liveWhenAll();
    }

    private void liveWhenAll() {
        if (signedIn && topics.values().stream().allMatch(Topic::confirmed)) {
            reception.turned(State.LIVE, null, place.toString());
        }
    }

    private void refused(String address, JsonObject frame) {
        int code = frame.getInteger("failureCode", 0);
        var reason = frame.getString("message", "refused");
        var retryAfter = frame.getJsonObject("problem", new JsonObject()).getLong("retryAfter", 0L);
        retryAfterMs = Math.max(retryAfterMs, retryAfter * 1_000);
        var topic = topics.get(address.startsWith(SUB) ? address.substring(SUB.length()) : address);
        if (code == UNAUTHENTICATED) {
            // About the connection: it is closed next, and the next one begins with another token.
            refused = used;
            return;
        }
        if (topic == null) {
            return;
        }
        if ("RESET".equals(frame.getString("failureType"))) {
            topic.skip(frame.getString("cursor", ""));
            reception.reset(topic.name(), reason);
        } else if (code == TOO_MANY || code >= UNAVAILABLE) {
            var asked = socket;
            vertx.setTimer(backoff.next(), due -> {
                if (asked == socket) {
                    send(topic.register());
                }
            });
        } else {
            topics.remove(topic.name());
            reception.ended(topic.name(), reason);
            liveWhenAll();
        }
    }

    private void renewLater(@Nullable String expiresAt) {
        vertx.cancelTimer(renewal);
        if (expiresAt == null) {
            return;
        }
        long left = Instant.parse(expiresAt).toEpochMilli() - clock.millis();
        renewal = vertx.setTimer(Math.max(RENEW_LEAST_MS, left - Math.min(RENEW_BEFORE_MS, left / 2)), due -> {
            var same = socket;
            vertx.executeBlocking(token).onSuccess(fresh -> {
                if (same != null && same == socket) {
                    authenticate(fresh);
                }
            });
        });
    }

    private void beat() {
        var current = socket;
        if (current == null) {
            return;
        }
        if (clock.millis() - heardAt > SILENCE_MS) {
            current.close();
        } else {
            send(new JsonObject().put("type", "ping"));
        }
    }

    private void lost(String why) {
        socket = null;
        signedIn = false;
        vertx.cancelTimer(renewal);
        if (!over) {
            retry(why);
        }
    }

    private void retry(String why) {
        if (over) {
            return;
        }
        long pause = retryAfterMs + backoff.next();
        retryAfterMs = 0;
        reception.turned(State.OFFLINE, clock.instant().plusMillis(pause), why);
        vertx.setTimer(pause, due -> connect());
    }

    private void end(String why) {
        over = true;
        reception.turned(State.CLOSED, null, why);
    }

    private void send(JsonObject frame) {
        var current = socket;
        if (current != null) {
            Buffer bytes = Frames.encoded(frame);
            current.write(bytes);
        }
    }

    private static String reason(Throwable failure) {
        var message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
