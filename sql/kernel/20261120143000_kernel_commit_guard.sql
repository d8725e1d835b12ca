-- Called by the closing step of a transaction. Leaves an open cursor named finished: closing it travels in one message
-- with COMMIT and fails, and with it the COMMIT, where the closing step did not run. A cursor is the cheapest mark that
-- a command without planning can ask for.
CREATE FUNCTION kernel.allow_commit() RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_mark refcursor := 'finished';
BEGIN
  OPEN v_mark FOR SELECT 1;
END $$;
