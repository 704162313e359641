CREATE OR REPLACE FUNCTION model_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE moving text[] := ARRAY['state', 'shadowed_to', 'proposed_by_id', 'proposed_at', 'decided_by_id', 'decided_at',
                               'champion_since', 'because'];
BEGIN
  IF tg_op = 'INSERT' THEN
    IF new.state = 'champion' AND new.dataset_id IS NOT NULL OR new.state NOT IN ('challenger', 'champion') THEN
      RAISE EXCEPTION 'a trained model starts as a challenger' USING errcode = '23514';
    END IF;
    RETURN new;
  END IF;
  IF tg_op = 'DELETE' OR to_jsonb(new) - moving <> to_jsonb(old) - moving THEN
    RAISE EXCEPTION 'a model version is never edited' USING errcode = '42501';
  END IF;
  IF new.state <> old.state AND (old.state, new.state) NOT IN (('challenger', 'champion'), ('challenger', 'refused'),
       ('challenger', 'retired'), ('champion', 'retired'), ('retired', 'champion')) THEN
    RAISE EXCEPTION 'a % model cannot become %', old.state, new.state USING errcode = '23514';
  END IF;
  IF new.state = 'champion' AND old.state <> 'champion' THEN
    IF new.proposed_by_id IS NULL OR new.decided_by_id IS NULL OR new.proposed_by_id = new.decided_by_id THEN
      RAISE EXCEPTION 'two people make a champion' USING errcode = '23514';
    END IF;
    IF old.state = 'challenger' AND NOT coalesce((SELECT promotable FROM escalations_comparison
         WHERE challenger_id = new.id AND trial = 'held_out' ORDER BY id DESC LIMIT 1), false) THEN
      RAISE EXCEPTION 'only what is better on held-out cases is promoted' USING errcode = '23514';
    END IF;
  END IF;
  RETURN new;
END $$;

ALTER TABLE escalations_comparison DROP CONSTRAINT promotable_is_better;

CREATE OR REPLACE FUNCTION policy_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF old.live_from IS NOT NULL AND (tg_op = 'DELETE' OR
     (new.document, new.digest, new.number, new.live_from) IS DISTINCT FROM
     (old.document, old.digest, old.number, old.live_from)) THEN
    RAISE EXCEPTION 'policy v% has been in force and cannot change', old.number USING errcode = '42501';
  END IF;
  RETURN coalesce(new, old);
END $$;
