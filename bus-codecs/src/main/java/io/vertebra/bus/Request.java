package io.vertebra.bus;

/**
 * An operation that a domain can be asked, as an immutable record.
 *
 * <p>From the record come its bus message, its REST route, its validation, its permission, its OpenAPI entry, its
 * command-line call and its audit action.
 *
 * @param <R> the type of the answer; {@link Nothing} where there is nothing to say
 */
public interface Request<R> {}
