package io.vertebra.kernel.module;

import io.vertebra.bus.Contracts;
import io.vertebra.kernel.bus.Bus;
import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.mail.Postman;
import io.vertebra.kernel.secrets.MasterSecret;
import io.vertebra.kernel.telemetry.Telemetry;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Clock;

/** What every domain of a node stands on. */
record Kit(
        Vertx vertx,
        Contracts contracts,
        Bus bus,
        Configuration configuration,
        MasterSecret master,
        String appName,
        URI publicUrl,
        Postman postman,
        Telemetry telemetry,
        Clock clock) {}
