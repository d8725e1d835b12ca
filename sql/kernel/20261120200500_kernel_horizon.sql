-- The place up to which an append-only table is complete: every row at or below it is committed or will never be. Who
-- appends holds a shared advisory lock of the table's class, with the last number given away at that time as its second
-- key. The caller reads the sequence first (its last number is the argument), then this looks who is writing; the rows
-- are to be read by a later statement. A writer that locked a later number than the one given is ahead and holds
-- nothing back.
CREATE FUNCTION kernel.horizon(p_class integer, p_last bigint) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p_last - coalesce(max(w.distance), 0)
      FROM (SELECT (p_last - l.objid::bigint) & 2147483647 AS distance
              FROM pg_locks AS l
             WHERE l.locktype = 'advisory' AND l.classid = p_class AND l.objsubid = 2
               AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())) AS w
     WHERE w.distance < 1073741824;
$$;
