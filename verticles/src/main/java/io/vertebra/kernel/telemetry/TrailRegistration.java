package io.vertebra.kernel.telemetry;

import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.VertxServiceProvider;

/** Reserves the place of {@link Trail} before the first context is made; found by Vert.x through its service file. */
public final class TrailRegistration implements VertxServiceProvider {
    @Override
    public void init(VertxBootstrap bootstrap) {
        java.util.Objects.requireNonNull(Trail.LOCAL);
    }
}
