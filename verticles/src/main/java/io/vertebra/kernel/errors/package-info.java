/** Failures that nobody expected: taken up without waiting, grouped, kept for operators, told to Sentry. */
@NullMarked
package io.vertebra.kernel.errors;

import org.jspecify.annotations.NullMarked;
