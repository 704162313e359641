-- A dataset counts everything that people taught up to its time: what it exports and what it leaves out, and nothing
-- else. The database counts again, and says the digest.

CREATE FUNCTION dataset_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  counted record;
  examples bigint; labels bigint; fields bigint;
BEGIN
  SELECT count(*), coalesce(sum((SELECT count(*) FROM reviews_correction k WHERE k.decision_id = e.decision_id)), 0)
    INTO examples, fields FROM reviews_trainingexample e JOIN escalations_case c ON c.id = e.case_id
   WHERE e.created_at <= new.up_to AND (new.client_id IS NULL OR c.client_id = new.client_id)
     AND (new.case_type_id IS NULL OR c.case_type_id = new.case_type_id);
  SELECT count(*) INTO labels FROM escalations_blindlabel l JOIN escalations_casetype t ON t.id = l.case_type_id
   WHERE l.at <= new.up_to AND (new.client_id IS NULL OR t.client_id = new.client_id)
     AND (new.case_type_id IS NULL OR t.id = new.case_type_id);
  SELECT count(*) FILTER (WHERE excluded = '') AS exported, count(*) FILTER (WHERE excluded <> '') AS excluded,
         coalesce(sum(corrections), 0) AS corrections,
         coalesce(sum(corrections) FILTER (WHERE excluded = ''), 0) AS corrections_exported,
         count(*) FILTER (WHERE category <> '' AND NOT held_out) AS taught,
         count(*) FILTER (WHERE category <> '' AND held_out) AS held_out,
         encode(sha256(convert_to(coalesce(string_agg(digest || E'\n', '' ORDER BY id) FILTER (WHERE excluded = ''), ''),
                                  'UTF8')), 'hex') AS digest
    INTO counted FROM escalations_sample
   WHERE id <= new.last_sample AND at <= new.up_to AND (new.client_id IS NULL OR client_id = new.client_id)
     AND (new.case_type_id IS NULL OR case_type_id = new.case_type_id);
  IF counted.exported + counted.excluded <> examples + labels OR counted.corrections <> fields THEN
    RAISE EXCEPTION 'a dataset loses nothing: % made, % exported and % left out',
      examples + labels, counted.exported, counted.excluded USING errcode = '23514';
  END IF;
  new.made := examples + labels;
  new.exported := counted.exported;
  new.excluded := counted.excluded;
  new.corrections := counted.corrections;
  new.corrections_exported := counted.corrections_exported;
  new.taught := counted.taught;
  new.held_out := counted.held_out;
  new.digest := counted.digest;
  RETURN new;
END $$;
CREATE TRIGGER dataset_1_balance BEFORE INSERT ON escalations_dataset FOR EACH ROW EXECUTE FUNCTION dataset_balance();
