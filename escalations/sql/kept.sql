-- What people approved stays as they approved it, whoever has the tables at hand and whatever code forgot.

-- A version that was in force changes in nothing but that it ends, once: else whoever ended the one and took the end of
-- the other away would put a policy in force that nobody approved for today.
CREATE OR REPLACE FUNCTION policy_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF old.live_from IS NOT NULL AND (tg_op = 'DELETE' OR old.superseded_at IS NOT NULL
     OR to_jsonb(new) - 'superseded_at' <> to_jsonb(old) - 'superseded_at' OR new.superseded_at IS NULL) THEN
    RAISE EXCEPTION 'policy v% has been in force and cannot change', old.number USING errcode = '42501';
  END IF;
  RETURN coalesce(new, old);
END $$;

-- A comparison that lets a model be promoted says that it is better; and it counts against the champion of today.
ALTER TABLE escalations_comparison ADD CONSTRAINT promotable_is_better
  CHECK (NOT promotable OR low > 0 AND gained > lost AND peak >= 100);

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
  IF new.champion_since IS DISTINCT FROM old.champion_since AND (new.state <> 'champion' OR old.state = 'champion') THEN
    RAISE EXCEPTION 'since when a model is champion is written as it becomes one' USING errcode = '42501';
  END IF;
  IF new.state = 'champion' AND old.state <> 'champion' THEN
    IF new.proposed_by_id IS NULL OR new.decided_by_id IS NULL OR new.proposed_by_id = new.decided_by_id THEN
      RAISE EXCEPTION 'two people make a champion' USING errcode = '23514';
    END IF;
    IF old.champion_since IS NULL AND NOT coalesce((SELECT promotable AND champion_id = (
         SELECT id FROM escalations_modelversion WHERE champion_since IS NOT NULL ORDER BY champion_since DESC LIMIT 1)
         FROM escalations_comparison
         WHERE challenger_id = new.id AND trial = 'held_out' ORDER BY id DESC LIMIT 1), false) THEN
      RAISE EXCEPTION 'only what is better than the champion on held-out cases is promoted' USING errcode = '23514';
    END IF;
  END IF;
  RETURN new;
END $$;
