-- The admin domain keeps nothing of its own: it sees and does what the kernel lets operators see and do.

GRANT EXECUTE ON FUNCTION
    events.lanes(text, integer),
    events.letters(text, timestamptz, uuid, integer),
    events.letter(uuid),
    events.ask_retry(uuid),
    events.discard(uuid),
    events.retire(text),
    jobs.run_now(text, timestamptz)
    TO vertebra_oracle;
