/** What all doors share: authenticate, limit, authorise and ask. */
@NullMarked
package io.vertebra.door;

import org.jspecify.annotations.NullMarked;
