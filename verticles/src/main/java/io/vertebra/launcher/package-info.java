/** The command line: starts nodes, migrates, checks, calls. Every verb is a picocli command. */
@NullMarked
package io.vertebra.launcher;

import org.jspecify.annotations.NullMarked;
