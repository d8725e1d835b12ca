package io.vertebra.kernel.config;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.util.List;

/** The section {@code logger}; each key is documented in {@code conf/vertebra.yaml}. */
public record LoggerSettings(
        Level level,
        Format format,
        @NotBlank String output,
        List<@Pattern(regexp = "[\\w.]+=(trace|debug|info|warn|error|off)", message = "must be name=level") String>
                levels) {

    /** The least level that is logged. */
    public enum Level {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    /** How a line looks. */
    public enum Format {
        /** One object a line. */
        JSON,
        /** For people. */
        CONSOLE,
        /** Console on a developer's machine, JSON elsewhere. */
        AUTO
    }
}
