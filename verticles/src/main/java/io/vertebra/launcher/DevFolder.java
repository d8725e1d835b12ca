package io.vertebra.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What {@code dev} keeps from one start to the next: the data of the servers, secrets, and the first superuser.
 * Readable by its owner only.
 */
final class DevFolder {
    private static final int SECRET_BYTES = 32;
    private static final int PASSWORD_BYTES = 12;
    private static final String EMAIL = "operator@vertebra.localhost";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path path;

    private DevFolder(Path path) {
        this.path = path;
    }

    /** The folder, made when it is not there. */
    static DevFolder open(Path path) {
        var folder = path.toAbsolutePath().normalize();
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".write", ".test"));
        } catch (IOException e) {
            throw new CannotStart("The folder " + folder + " cannot be written to; mend its rights or choose another"
                    + " with --data.");
        }
        return new DevFolder(folder);
    }

    /** The folder as it is, for reading. */
    static DevFolder at(Path path) {
        return new DevFolder(path.toAbsolutePath().normalize());
    }

    Path path() {
        return path;
    }

    /** The file outside of the database that takes the checkpoints of these chains. */
    Path checkpoints(String chains) {
        return path.resolve(chains + "-checkpoints.ndjson");
    }

    /** The secret of this name, made at the first start. */
    String secret(String name) {
        var file = path.resolve(name + ".secret");
        try {
            if (!Files.exists(file)) {
                write(file, random(SECRET_BYTES));
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new CannotStart("The secret " + file + " cannot be read or written: " + e.getMessage() + ".");
        }
    }

    /** The first superuser; null before the first start. */
    @Nullable
    Operator operator() {
        var file = path.resolve("operator.json");
        if (!Files.exists(file)) {
            return null;
        }
        try {
            JsonNode kept = JSON.readTree(file.toFile());
            return new Operator(
                    kept.path("email").asText(),
                    kept.path("password").asText(),
                    kept.path("made").asBoolean());
        } catch (IOException e) {
            throw new CannotStart("The file " + file + " cannot be read: " + e.getMessage() + ".");
        }
    }

    /** The first superuser, with a new password when there is none yet; kept before the account is made. */
    Operator operatorToMake() {
        var kept = operator();
        return kept != null ? kept : keep(new Operator(EMAIL, random(PASSWORD_BYTES), false));
    }

    /** Keeps that the account is made. */
    Operator made(Operator operator) {
        return keep(new Operator(operator.email(), operator.password(), true));
    }

    private Operator keep(Operator operator) {
        ObjectNode kept = JSON.createObjectNode()
                .put("email", operator.email())
                .put("password", operator.password())
                .put("made", operator.made());
        try {
            write(path.resolve("operator.json"), kept.toPrettyString());
        } catch (IOException e) {
            throw new CannotStart("The folder " + path + " cannot be written to: " + e.getMessage() + ".");
        }
        return operator;
    }

    /** Whole or not at all, and closed to others from the first byte. */
    private void write(Path file, String text) throws IOException {
        var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var fresh = Files.createTempFile(path, ".new", ".tmp", owner);
        Files.writeString(fresh, text + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String random(int bytes) {
        var random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** The first superuser and whether the account is made. */
    record Operator(String email, String password, boolean made) {
        @Override
        public String toString() {
            return "Operator(" + email + ")";
        }
    }
}
