package io.vertebra.live;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.live.Channel.Closing;

/** Whether a connection is alive, idle, stuck or too old. */
final class Pulse {
    private static final int MISSED_MAX = 3;
    private static final long OPEN = 0;

    private final Room room;
    private final Session session;
    private final Channel channel;
    private final long begunMs;
    private long heardMs;
    private long aliveMs;
    private long pingedMs;
    private long fullSinceMs = OPEN;
    private boolean answered = true;

    Pulse(Room room, Session session, Channel channel) {
        this.room = room;
        this.session = session;
        this.channel = channel;
        this.begunMs = Room.nowMs();
        this.heardMs = begunMs;
        this.aliveMs = begunMs;
        this.pingedMs = begunMs;
    }

    void heard() {
        heardMs = Room.nowMs();
        alive();
    }

    void alive() {
        aliveMs = Room.nowMs();
        answered = true;
    }

    void drained() {
        fullSinceMs = OPEN;
    }

    void tick(boolean known, boolean followsNothing) {
        var settings = room.settings();
        long now = Room.nowMs();
        if (!known && now - begunMs > settings.authTimeout().toMillis()) {
            session.cut(Closing.SILENT, Problem.of(Problems.UNAUTHENTICATED, "Nobody authenticated in time."));
        } else if (now - begunMs > settings.ageMax().toMillis()) {
            session.cut(Closing.AGED, ended("The connection has reached its age."));
        } else if (followsNothing && now - heardMs > settings.idleMax().toMillis()) {
            session.cut(Closing.AGED, ended("The connection was idle for too long."));
        } else if (stalled(now)) {
            session.cut(Closing.SLOW, ended("What waits for the client was not taken in time."));
        } else {
            ping(now, settings.pingInterval().toMillis());
        }
    }

    private boolean stalled(long now) {
        if (!channel.full()) {
            fullSinceMs = OPEN;
        } else if (fullSinceMs == OPEN) {
            fullSinceMs = now;
        }
        return fullSinceMs != OPEN
                && now - fullSinceMs > room.settings().stallMax().toMillis();
    }

    private void ping(long now, long intervalMs) {
        if (now - pingedMs < intervalMs) {
            return;
        }
        pingedMs = now;
        if (!answered || now - aliveMs > MISSED_MAX * intervalMs) {
            session.cut(Closing.SILENT, ended("There was no sign of life."));
        } else {
            answered = !channel.ping();
        }
    }

    private static Problem ended(String detail) {
        return Problem.of(Problems.CONNECTION_ENDED, detail);
    }
}
