/** The terminal client: follows topics over the TCP bridge and shows what comes. Knows the wire, and no domain. */
@NullMarked
package io.vertebra.launcher.watch;

import org.jspecify.annotations.NullMarked;
