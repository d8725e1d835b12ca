package io.vertebra.door;

import java.util.LinkedHashMap;
import java.util.Map;

/** A bounded map that forgets what was used longest ago; for one event loop. */
final class Lru<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;

    private final int sizeMax;

    Lru(int sizeMax) {
        super(256, 0.75f, true);
        this.sizeMax = sizeMax;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > sizeMax;
    }
}
