@NullMarked
package io.vertebra.kernel.errors;

import org.jspecify.annotations.NullMarked;
