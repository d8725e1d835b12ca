package io.vertebra.access;

import io.vertebra.contract.Access;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Every policy value of the platform with its default: the one place where they are declared. */
enum DeclaredPolicy {
    USER_PER_MINUTE("limits.user-per-minute", 1_000, "requests per minute", "Requests of one person over all nodes."),
    KEY_PER_MINUTE("limits.key-per-minute", 100, "requests per minute", "Requests with one API key over all nodes."),
    SERVICE_PER_MINUTE(
            "limits.service-per-minute",
            10_000,
            "requests per minute",
            "Requests of one service account over all nodes."),
    ORG_PER_MINUTE(
            "limits.org-per-minute",
            Access.POLICY_MAX,
            "requests per minute",
            "Requests in one org, of all its members, over all nodes. The greatest value does not count them."),
    ADDRESS_PER_MINUTE(
            "limits.address-per-minute",
            300,
            "requests per minute",
            "Requests from one network address to what needs no sign-in, and of those whose sign-in failed."),
    LOGIN_PER_ACCOUNT_PER_MINUTE(
            "limits.login-per-account-per-minute",
            10,
            "sign-ins per minute",
            "Attempts to sign in with one e-mail address, from wherever."),
    LIVE_CONNECTIONS_PER_MINUTE(
            "limits.live-connections-per-minute",
            200,
            "connections per minute",
            "Connections to the live doors that one principal opens or holds, over all nodes."),
    LIVE_SUBSCRIPTIONS_PER_MINUTE(
            "limits.live-subscriptions-per-minute",
            600,
            "subscriptions per minute",
            "Subscriptions that one principal makes over the live doors."),
    LIVE_MESSAGES_PER_MINUTE(
            "limits.live-messages-per-minute",
            6_000,
            "messages per minute",
            "Messages that one principal sends over the live doors."),
    LIVE_BYTES_PER_MINUTE(
            "limits.live-bytes-per-minute",
            67_108_864,
            "bytes per minute",
            "Bytes of the messages that one principal sends over the live doors.");

    /** The smallest value that may be set. */
    static final long MIN = 1;
    /** The largest value that may be set. */
    static final long MAX = Access.POLICY_MAX;

    private static final Map<String, DeclaredPolicy> BY_NAME = byName();

    private final String label;
    private final long preset;
    private final String unit;
    private final String meaning;

    DeclaredPolicy(String label, long preset, String unit, String meaning) {
        this.label = label;
        this.preset = preset;
        this.unit = unit;
        this.meaning = meaning;
    }

    /** All by name, in the order of declaration. */
    static Map<String, DeclaredPolicy> all() {
        return BY_NAME;
    }

    String label() {
        return label;
    }

    long preset() {
        return preset;
    }

    String unit() {
        return unit;
    }

    String meaning() {
        return meaning;
    }

    private static Map<String, DeclaredPolicy> byName() {
        var all = new LinkedHashMap<String, DeclaredPolicy>();
        Arrays.stream(values()).forEach(policy -> all.put(policy.label, policy));
        return Collections.unmodifiableMap(all);
    }
}
