/** The command line: starts nodes, migrates, checks, calls. Every verb is a picocli command; one source for all help. */
@NullMarked
package io.vertebra.launcher;

import org.jspecify.annotations.NullMarked;
