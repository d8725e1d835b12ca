package io.vertebra.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** The one codec of the platform's event bus. */
public final class ParcelCodec implements MessageCodec<Parcel, Parcel> {
    /** The codec's name. */
    public static final String NAME = "vertebra";

    private static final int INT = 4;

    @Override
    public void encodeToWire(Buffer buffer, Parcel parcel) {
        buffer.appendInt(parcel.bytes().length).appendBytes(parcel.bytes());
    }

    @Override
    public Parcel decodeFromWire(int position, Buffer buffer) {
        int length = Math.clamp(buffer.getInt(position), 0, buffer.length() - position - INT);
        return new Parcel(null, buffer.getBytes(position + INT, position + INT + length));
    }

    @Override
    public Parcel transform(Parcel parcel) {
        return parcel;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
