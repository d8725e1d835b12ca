@NullMarked
package io.vertebra.launcher.watch;

import org.jspecify.annotations.NullMarked;
