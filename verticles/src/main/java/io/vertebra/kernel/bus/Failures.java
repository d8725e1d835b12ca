package io.vertebra.kernel.bus;

import io.vertebra.bus.Call;
import io.vertebra.bus.Operation;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Turns whatever a handler failed with into a problem; what nobody expected is logged here, once. */
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger("io.vertebra.bus");

    private Failures() {}

    static Problem problem(Operation operation, Call call, Throwable failure) {
        if (failure instanceof Problem problem) {
            return problem;
        }
        try (var request = MDC.putCloseable("request_id", call.requestId());
                var user = MDC.putCloseable("user_id", call.caller().id().toString())) {
            LOG.error("{} failed", operation.name(), failure);
        }
        return Problem.of(Problems.INTERNAL_ERROR, "The request failed because of a bug; it was logged.");
    }
}
