package io.vertebra.kernel.telemetry;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;

/** Takes log lines off the event loops: a bounded queue that drops the lesser lines when its reader is too slow. */
final class LogQueue extends AsyncAppender {
    private static final int SIZE = 8192;
    private static final int KEPT_FOR_WARNINGS = 2048;

    LogQueue() {
        setQueueSize(SIZE);
        setDiscardingThreshold(KEPT_FOR_WARNINGS);
        setNeverBlock(true);
        setMaxFlushTime(2000);
    }

    @Override
    protected void preprocess(ILoggingEvent event) {
        var trail = Trail.current();
        if (trail != null && event instanceof LoggingEvent own) {
            own.setMDCPropertyMap(trail.fields());
        }
        super.preprocess(event);
    }
}
