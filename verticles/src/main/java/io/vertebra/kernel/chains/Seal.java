package io.vertebra.kernel.chains;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.util.HexFormat;
import java.util.UUID;

/**
 * A new seal.
 *
 * @param sequence the place in the chain, dense from 1
 * @param seq the place of the sealed row in the order of writing
 * @param hash in hex
 */
public record Seal(UUID chain, long sequence, long seq, String hash) {

    /** A hash as the database keeps it. */
    public static Buffer bytes(String hash) {
        return Buffer.buffer(HexFormat.of().parseHex(hash));
    }

    /** A hash that the database kept. */
    public static String hex(Row row, String column) {
        return HexFormat.of().formatHex(row.getBuffer(column).getBytes());
    }
}
