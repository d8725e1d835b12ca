@NullMarked
package io.vertebra.accounts;

import org.jspecify.annotations.NullMarked;
