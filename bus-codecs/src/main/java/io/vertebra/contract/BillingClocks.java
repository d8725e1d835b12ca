package io.vertebra.contract;

import io.vertebra.bus.Get;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Put;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Test clocks: an org on simulated time, walked through months in seconds. */
public sealed interface BillingClocks<R> extends Billing<R> {

    /**
     * Puts an org on a test clock, or moves its clock forward. Everything that falls due on the way happens in its
     * order and at its time; the clock has arrived when {@code walking} is false. There is no way back to real time.
     */
    @Put("/v1/admin/orgs/{clockOrgId}/clock")
    @Needs("platform.clocks.write")
    record MoveClock(UUID clockOrgId, @NotNull Instant to) implements BillingClocks<TestClock> {}

    /** The test clock of an org. */
    @Get("/v1/admin/orgs/{clockOrgId}/clock")
    @Needs("platform.clocks.read")
    record GetClock(UUID clockOrgId) implements BillingClocks<TestClock> {}

    /**
     * A test clock.
     *
     * @param now the time of the org
     * @param to where the clock goes
     * @param walking whether it is still on its way
     */
    record TestClock(Instant now, @Nullable Instant to, boolean walking) {}
}
