package io.vertebra.kernel.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one request is held against: allowances, and subjects whose epochs are wanted. Made once per caller and used for
 * each of their requests, so that its command is encoded once.
 */
public final class Check {
    private final List<Allowance> allowances;
    private final List<UUID> subjects;
    private String encodedFor = "";
    private byte @Nullable [] encoded;

    /** A check of these allowances that brings the epochs of these subjects, in this order. */
    public Check(List<Allowance> allowances, List<UUID> subjects) {
        this.allowances = List.copyOf(allowances);
        this.subjects = List.copyOf(subjects);
    }

    /** The allowances. */
    public List<Allowance> allowances() {
        return allowances;
    }

    /** The subjects. */
    public List<UUID> subjects() {
        return subjects;
    }

    /** The command for this run of the server; only ever called on one event loop. */
    byte[] command(String prefix, String server) {
        var known = encoded;
        if (known != null && encodedFor.equals(server)) {
            return known;
        }
        var arguments = new ArrayList<String>();
        arguments.add("EVALSHA");
        arguments.add(Script.LIMIT.sha());
        arguments.add(String.valueOf(allowances.size() + subjects.size()));
        allowances.forEach(allowance -> arguments.add(prefix + "limit:" + allowance.policy() + ":" + allowance.key()));
        subjects.forEach(subject -> arguments.add(Epochs.key(prefix, server, subject)));
        arguments.add(String.valueOf(allowances.size()));
        allowances.forEach(allowance -> {
            arguments.add(String.valueOf(allowance.limit()));
            arguments.add(String.valueOf(allowance.slice()));
        });
        encodedFor = server;
        encoded = Resp.command(arguments);
        return encoded;
    }
}
