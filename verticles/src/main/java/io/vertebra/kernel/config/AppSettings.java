package io.vertebra.kernel.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** The section {@code app}; each key is documented in {@code conf/vertebra.yaml}. */
public record AppSettings(
        @NotBlank String name,
        URI publicUrl,
        Secret masterSecret,
        String node,
        @NotEmpty Set<@NotBlank String> verticles,
        @NotEmpty Set<Role> roles,
        @NotEmpty Set<@NotBlank String> serves,
        @Min(0) @Max(256) int eventLoops,
        @Min(1) @Max(1000) int workers,
        Duration drainDelay,
        Duration drainTimeout) {

    private static final int SECRET_LENGTH = 32;

    /** Refuses a master secret that could be guessed. */
    public AppSettings {
        if (masterSecret.reveal().length() < SECRET_LENGTH) {
            throw new IllegalArgumentException("master-secret must have at least " + SECRET_LENGTH + " characters");
        }
    }

    /** The public address without a slash at its end. */
    public String origin() {
        return publicUrl.toString().replaceFirst("/+$", "");
    }

    /** The name of this node: as configured, or made of the host's name and the process id. */
    public String nodeName() {
        return node.isEmpty() ? host() + "-" + ProcessHandle.current().pid() : node;
    }

    /** Without asking a name server, which may take seconds. */
    private static String host() {
        try {
            var named = System.getenv("HOSTNAME");
            return named == null ? Files.readString(Path.of("/etc/hostname")).strip() : named;
        } catch (IOException e) {
            return "node";
        }
    }
}
