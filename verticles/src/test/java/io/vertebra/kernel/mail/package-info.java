@NullMarked
package io.vertebra.kernel.mail;

import org.jspecify.annotations.NullMarked;
