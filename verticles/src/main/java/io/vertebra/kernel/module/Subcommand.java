package io.vertebra.kernel.module;

import java.util.concurrent.Callable;

/**
 * A verb of the command line that a room brings along: a picocli command, found through {@link
 * java.util.ServiceLoader}. Answers the exit code.
 */
public interface Subcommand extends Callable<Integer> {}
