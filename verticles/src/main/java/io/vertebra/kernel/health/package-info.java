/** What is well and what is not, part by part. */
@NullMarked
package io.vertebra.kernel.health;

import org.jspecify.annotations.NullMarked;
