package io.vertebra.door;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;

/**
 * Reads HTTP/1 as Vert.x does, but refuses what proxies and servers are known to read differently: names that only look
 * like a framing header, folded lines, transfer encodings other than chunked. Whatever follows is not read any more,
 * because nobody can say where the next request begins.
 */
final class StrictDecoder extends VertxHttpRequestDecoder {
    private static final byte NEWLINE = '\n';

    private boolean inHead = true;
    private boolean odd;
    private boolean refused;

    StrictDecoder(HttpServerOptions options) {
        super(options);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (refused) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (inHead && folded(in)) {
            odd = true;
        }
        var before = out.size();
        super.decode(context, in, out);
        for (var i = before; i < out.size(); i++) {
            var part = out.get(i);
            if (part instanceof HttpRequest request) {
                inHead = false;
                if (odd || oddlyEncoded(request)) {
                    refused = true;
                    request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("odd header line")));
                }
            }
            if (part instanceof LastHttpContent) {
                inHead = true;
            }
        }
    }

    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        var name = super.splitHeaderName(line, start, length);
        for (var i = 0; i < length && i < name.length(); i++) {
            if (AsciiString.toLowerCase((char) name.byteAt(i)) != AsciiString.toLowerCase((char) line[start + i])) {
                odd = true;
                return new AsciiString(line, start, length, true);
            }
        }
        return name;
    }

    private static boolean oddlyEncoded(HttpRequest request) {
        var encodings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return !encodings.isEmpty() && (encodings.size() > 1 || !"chunked".equalsIgnoreCase(encodings.getFirst()));
    }

    private static boolean folded(ByteBuf in) {
        var position = in.readerIndex();
        var end = in.writerIndex();
        while (position < end) {
            var first = in.getByte(position);
            if (first == ' ' || first == '\t') {
                return true;
            }
            if (first == '\r' && position > in.readerIndex()) {
                return false;
            }
            var newline = in.indexOf(position, end, NEWLINE);
            if (newline < 0) {
                return false;
            }
            position = newline + 1;
        }
        return false;
    }
}
