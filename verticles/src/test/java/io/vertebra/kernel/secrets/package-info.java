@NullMarked
package io.vertebra.kernel.secrets;

import org.jspecify.annotations.NullMarked;
