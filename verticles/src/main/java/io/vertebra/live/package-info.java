/** The live doors: events as they happen, and operations, over WebSocket, SockJS and TCP with one core behind them. */
@NullMarked
package io.vertebra.live;

import org.jspecify.annotations.NullMarked;
