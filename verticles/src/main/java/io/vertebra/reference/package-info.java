/** What can be read of the platform's face: the OpenAPI document and the pages of problems, made from the contracts. */
@NullMarked
package io.vertebra.reference;

import org.jspecify.annotations.NullMarked;
