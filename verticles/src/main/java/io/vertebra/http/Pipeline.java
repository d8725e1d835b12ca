package io.vertebra.http;

import io.vertebra.door.Addresses;
import io.vertebra.door.Gate;
import io.vertebra.kernel.config.HttpSettings;
import io.vertebra.kernel.errors.ErrorBus;
import io.vertebra.kernel.health.Health;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.util.Map;

/**
 * What the requests of one event loop have in common.
 *
 * @param origin where people reach the platform, without a slash at its end
 * @param load refuses what is too much at once
 * @param health whether the node is about to stop: kept connections are given up then
 * @param errors where the door reports its own bugs
 * @param raw the code of the operations that are marked raw
 */
record Pipeline(
        Gate gate,
        Routes routes,
        HttpSettings settings,
        String origin,
        Cors cors,
        Addresses addresses,
        Map<Class<?>, RawHandlers.Handler> raw,
        Clock clock,
        Health health,
        ErrorBus errors,
        Load load) {

    /** How many requests run on this loop. */
    static final class Load {
        private final int runningMax;
        private int running;
        private boolean draining;
        private final Promise<Void> idle = Promise.promise();

        /** An even share of what the whole node may run. */
        Load(int nodeMax, int loops) {
            this.runningMax = Math.max(1, nodeMax / loops);
        }

        boolean full() {
            return running >= runningMax || draining;
        }

        void begin() {
            running++;
        }

        void end() {
            running--;
            if (draining && running == 0) {
                idle.tryComplete();
            }
        }

        /** Takes no more and succeeds when nothing runs. */
        Future<Void> idle() {
            draining = true;
            if (running == 0) {
                idle.tryComplete();
            }
            return idle.future();
        }
    }

    /** Takes a request of the API. */
    void handle(HttpServerRequest request) {
        new Exchange(this, request).begin();
    }
}
