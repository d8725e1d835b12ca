package io.vertebra.bus;

import jakarta.validation.valueextraction.ExtractedValue;
import jakarta.validation.valueextraction.ValueExtractor;

/** Lets constraints on the argument of {@code Change<@Size(…) String>} hold for the value that is set. */
public final class ChangeExtractor implements ValueExtractor<Change<@ExtractedValue ?>> {
    @Override
    public void extractValues(Change<?> change, ValueReceiver receiver) {
        if (change.present() && change.value() != null) {
            receiver.value(null, change.value());
        }
    }
}
