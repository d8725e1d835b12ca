package io.vertebra.launcher.watch;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;

/** The framing of the Vert.x TCP bridge: four bytes of length, big-endian, then JSON in UTF-8. */
final class Frames {
    private static final int HEAD = Integer.BYTES;
    private static final int MOST = 16 << 20;

    private Frames() {}

    /** A frame as it goes out. */
    static Buffer encoded(JsonObject frame) {
        var body = frame.toBuffer();
        return Buffer.buffer(HEAD + body.length()).appendInt(body.length()).appendBuffer(body);
    }

    /** Cuts bytes into frames; what is no frame goes to {@code broken}, and nothing after it can be read. */
    static Handler<Buffer> decoder(Handler<JsonObject> frames, Handler<String> broken) {
        var parser = RecordParser.newFixed(HEAD);
        parser.handler(new Handler<>() {
            private boolean body;
            private boolean over;

            @Override
            public void handle(Buffer bytes) {
                if (over) {
                    return;
                }
                if (body) {
                    body = false;
                    parser.fixedSizeMode(HEAD);
                    read(bytes);
                    return;
                }
                int length = bytes.getInt(0);
                if (length <= 0 || length > MOST) {
                    end("A frame of " + length + " bytes was announced.");
                    return;
                }
                body = true;
                parser.fixedSizeMode(length);
            }

            private void read(Buffer bytes) {
                try {
                    frames.handle(bytes.toJsonObject());
                } catch (DecodeException e) {
                    end("A frame is no JSON object.");
                }
            }

            private void end(String why) {
                over = true;
                broken.handle(why);
            }
        });
        return parser;
    }
}
