/** The REST door: routes, decoding, authorisation and documents, all derived from the contracts. */
@NullMarked
package io.vertebra.http;

import org.jspecify.annotations.NullMarked;
