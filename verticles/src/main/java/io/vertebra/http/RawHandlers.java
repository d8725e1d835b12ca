package io.vertebra.http;

import io.vertebra.contract.Accounts;
import io.vertebra.contract.Audit;
import io.vertebra.door.Gate;
import java.time.Clock;
import java.util.Map;

/** The code of the operations that are marked raw. */
final class RawHandlers {
    private RawHandlers() {}

    static Map<Class<?>, RawHandler> all(Gate gate, Cors cors, String origin, Clock clock) {
        var signIn = new SignIn(gate, cors, origin.startsWith("https:"));
        return Map.of(
                Accounts.Login.class, signIn::login,
                Accounts.Refresh.class, signIn::refresh,
                Accounts.Logout.class, signIn::logout,
                Audit.ExportRecords.class, new Export(gate, clock)::records);
    }
}
