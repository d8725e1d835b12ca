-- What is disputed is not reserved for a refund. A dispute itself is taken as it comes, also over what was refunded.
CREATE FUNCTION payments.refuse_disputed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'what is disputed is not refunded'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_disputed_check';
END $$;
CREATE TRIGGER payments_disputed BEFORE UPDATE ON payments.payments FOR EACH ROW
    WHEN (NEW.reserved > OLD.reserved AND NEW.refunded + NEW.reserved + NEW.disputed > NEW.received)
    EXECUTE FUNCTION payments.refuse_disputed();
