package io.vertebra.kernel.telemetry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What was built.
 *
 * @param version the version of the release
 * @param commit the commit that it was built from; {@code unknown} outside of a checkout
 * @param java the version of the running Java
 */
public record Build(String version, String commit, String java) {
    private static final String RESOURCE = "/META-INF/vertebra/build.properties";
    private static final Build CURRENT = read();

    /** The running build. */
    public static Build current() {
        return CURRENT;
    }

    private static Build read() {
        var properties = new Properties();
        try (var in = Build.class.getResourceAsStream(RESOURCE)) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Build(
                properties.getProperty("version", "unknown"),
                System.getProperty("vertebra.commit", "unknown"),
                Runtime.version().toString());
    }
}
