/** Mails over SMTP, in dev kept for the mailbox page. */
@NullMarked
package io.vertebra.kernel.mail;

import org.jspecify.annotations.NullMarked;
