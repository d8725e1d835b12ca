-- What paid an invoice, so that what comes back of it comes back as what it was: credits to the grants that they came
-- from, with their kind and their end, and money as credits without an end.
ALTER TABLE billing.invoices
    ADD COLUMN applied  jsonb  NOT NULL DEFAULT '[]',
    ADD COLUMN granted  bigint NOT NULL DEFAULT 0,
    ADD COLUMN returned bigint NOT NULL DEFAULT 0;

UPDATE billing.invoices i SET granted = n.amount, returned = n.amount
  FROM (SELECT c.org_id, c.invoice_id, sum(g.amount) AS amount
          FROM billing.credit_notes c JOIN billing.grants g ON g.org_id = c.org_id AND g.id = c.id
         GROUP BY c.org_id, c.invoice_id) n
 WHERE n.org_id = i.org_id AND n.invoice_id = i.id;
