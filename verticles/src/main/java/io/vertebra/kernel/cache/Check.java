package io.vertebra.kernel.cache;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one request is held against: allowances, and subjects whose epochs are wanted. Made once per caller and used for
 * each of their requests, so that its command is encoded once.
 */
public final class Check {
    private final List<Allowance> allowances;
    private final List<UUID> subjects;
    private final String policies;
    private String encodedFor = "";
    private @Nullable Request encoded;

    /** A check of these allowances that brings the epochs of these subjects, in this order. */
    public Check(List<Allowance> allowances, List<UUID> subjects) {
        this.allowances = List.copyOf(allowances);
        this.subjects = List.copyOf(subjects);
        this.policies = allowances.stream().map(Allowance::field).collect(Collectors.joining(", "));
    }

    /** The allowances. */
    public List<Allowance> allowances() {
        return allowances;
    }

    /** The subjects. */
    public List<UUID> subjects() {
        return subjects;
    }

    /** The value of the {@code RateLimit-Policy} header. */
    public String policies() {
        return policies;
    }

    /** The command for this run of the server; only ever called on one event loop. */
    Request command(String prefix, String server) {
        var known = encoded;
        if (known != null && encodedFor.equals(server)) {
            return known;
        }
        var command = Request.cmd(Command.EVALSHA).arg(Script.LIMIT.sha()).arg(allowances.size() + subjects.size());
        allowances.forEach(allowance -> command.arg(prefix + "limit:" + allowance.policy() + ":" + allowance.key()));
        subjects.forEach(subject -> command.arg(Epochs.key(prefix, server, subject)));
        command.arg(allowances.size());
        allowances.forEach(allowance ->
                command.arg(allowance.limit()).arg(allowance.slice()).arg(allowance.cost()));
        encodedFor = server;
        encoded = command;
        return command;
    }
}
