package io.vertebra.http;

import io.vertebra.bus.Call;
import io.vertebra.bus.Request;
import io.vertebra.contract.Accounts;
import io.vertebra.contract.Audit;
import io.vertebra.door.Gate;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.Map;

/** The code of the operations that are marked raw. */
final class RawHandlers {
    private RawHandlers() {}

    /** Answers an operation that is not simply JSON in and JSON out. It has been admitted, decoded and authorised. */
    @FunctionalInterface
    interface Handler {
        /** Writes the answer; a failure is written as a problem by the caller. */
        Future<Void> answer(Exchange exchange, Call call, Request<?> request);
    }

    static Map<Class<?>, Handler> all(Gate gate, Cors cors, String origin, Clock clock) {
        var signIn = new SignIn(gate, cors, origin.startsWith("https:"));
        return Map.of(
                Accounts.Login.class, signIn::login,
                Accounts.Refresh.class, signIn::refresh,
                Accounts.Logout.class, signIn::logout,
                Audit.ExportRecords.class, new Export(gate, clock)::records);
    }
}
