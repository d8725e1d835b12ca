package io.vertebra.kernel.cache;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A Lua script that runs inside Redis, known there by its digest. */
enum Script {
    /** Counts a request against all its policies at once and reads epochs. */
    LIMIT("limit.lua"),
    /** Raises epochs, never lowers them. */
    RAISE("raise.lua");

    private final String text;
    private final String sha;

    Script(String file) {
        try (var in = Script.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + file);
            }
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            sha = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    String sha() {
        return sha;
    }

    /** The command that makes the server know it. */
    Request load() {
        return Request.cmd(Command.SCRIPT).arg("LOAD").arg(text);
    }
}
