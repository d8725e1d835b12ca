/** The rules of the house, kept by tests. */
@NullMarked
package io.vertebra.house;

import org.jspecify.annotations.NullMarked;
