/** The socket door: events as they happen, and operations, over one WebSocket connection. */
@NullMarked
package io.vertebra.live;

import org.jspecify.annotations.NullMarked;
