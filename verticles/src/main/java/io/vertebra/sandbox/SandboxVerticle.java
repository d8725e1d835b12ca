package io.vertebra.sandbox;

import io.vertebra.contract.Sandbox;
import io.vertebra.kernel.jobs.Schedule;
import io.vertebra.kernel.module.Domain;
import io.vertebra.kernel.module.Wiring;
import java.time.Duration;
import java.util.HexFormat;

/** A payment provider of play money. */
public final class SandboxVerticle extends Domain {
    private static final Duration PAUSE = Duration.ofMillis(250);

    @Override
    public Class<?> contract() {
        return Sandbox.class;
    }

    @Override
    protected void open(Wiring on) {
        var settings = on.config(SandboxSettings.class);
        var secret = "whsec_" + HexFormat.of().formatHex(on.key("webhooks").getEncoded());
        var origin = on.publicUrl().toString().replaceFirst("/+$", "");
        var page = new CheckoutPage(settings);
        on.ask(Sandbox.CallSandbox.class, new Calls(settings, origin, secret)::call)
                .read(Sandbox.ShowCheckout.class, page::show)
                .ask(Sandbox.SubmitCheckout.class, page::submit);
        if (settings.enabled()) {
            var deliveries = new Deliveries(on.vertx(), settings, on.publicUrl(), secret, on.clock());
            on.every("settle-refunds", Schedule.each(PAUSE), Returns::settle)
                    .every("deliver-webhooks", Schedule.each(PAUSE), deliveries::run);
        }
    }
}
