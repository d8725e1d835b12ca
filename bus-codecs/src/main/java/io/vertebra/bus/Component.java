package io.vertebra.bus;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** One component of a contract's record, read without reflection at run time. */
public final class Component {
    private static final MethodType GETTER = MethodType.methodType(Object.class, Object.class);

    private final RecordComponent source;
    private final boolean nullable;
    private final MethodHandle getter;

    Component(RecordComponent source) {
        this.source = source;
        this.nullable = source.getAnnotatedType().isAnnotationPresent(Nullable.class);
        try {
            this.getter =
                    MethodHandles.publicLookup().unreflect(source.getAccessor()).asType(GETTER);
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(source + " is not public", e);
        }
    }

    /** The component's name, which is also its name in JSON. */
    public String name() {
        return source.getName();
    }

    /** The raw type. */
    public Class<?> type() {
        return source.getType();
    }

    /** The full type, with its arguments. */
    public Type genericType() {
        return source.getGenericType();
    }

    /** Whether the component may be left out: it says {@code @Nullable} or is a {@link Change}. */
    public boolean optional() {
        return nullable || type() == Change.class;
    }

    /** Whether the value is a secret. */
    public boolean secret() {
        return source.isAnnotationPresent(Secret.class);
    }

    /** Where the annotations of the component are found, for schemas. */
    public AnnotatedElement annotations() {
        return source;
    }

    /** The component as reflection sees it, for schemas. */
    public RecordComponent source() {
        return source;
    }

    /** The value in this record. */
    public @Nullable Object of(Object holder) {
        try {
            return (Object) getter.invokeExact(holder);
        } catch (Error | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return name();
    }
}
