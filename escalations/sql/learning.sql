-- What people taught stays as it was, a dataset loses nothing, a model only moves on, and a shadow has no effect.

CREATE TRIGGER sample_once BEFORE UPDATE OR DELETE ON escalations_sample FOR EACH ROW EXECUTE FUNCTION audit_once();
CREATE TRIGGER dataset_once BEFORE UPDATE OR DELETE ON escalations_dataset FOR EACH ROW EXECUTE FUNCTION audit_once();
CREATE TRIGGER sample_score_once BEFORE UPDATE OR DELETE ON escalations_samplescore FOR EACH ROW EXECUTE FUNCTION audit_once();
CREATE TRIGGER shadow_once BEFORE UPDATE OR DELETE ON escalations_shadowscore FOR EACH ROW EXECUTE FUNCTION audit_once();
CREATE TRIGGER comparison_once BEFORE UPDATE OR DELETE ON escalations_comparison FOR EACH ROW EXECUTE FUNCTION audit_once();

CREATE FUNCTION model_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER model_1_guard BEFORE INSERT OR UPDATE OR DELETE ON escalations_modelversion
  FOR EACH ROW EXECUTE FUNCTION model_guard();

-- A shadow score is written only in a transaction marked as shadow; in one that is, nothing can be made to leave.
CREATE FUNCTION shadow_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('handrail.shadow', true), '') <> 'on' THEN
    RAISE EXCEPTION 'a shadow score is written in a transaction of its own kind' USING errcode = '42501';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER shadow_1_only BEFORE INSERT ON escalations_shadowscore FOR EACH ROW EXECUTE FUNCTION shadow_only();

CREATE FUNCTION never_from_a_shadow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('handrail.shadow', true), '') = 'on' THEN
    RAISE EXCEPTION 'a shadow has no effect: % refused', tg_table_name USING errcode = '42501';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER alert_0_no_shadow BEFORE INSERT ON escalations_alert FOR EACH ROW EXECUTE FUNCTION never_from_a_shadow();
CREATE TRIGGER notice_0_no_shadow BEFORE INSERT ON escalations_notice FOR EACH ROW EXECUTE FUNCTION never_from_a_shadow();
CREATE TRIGGER delivery_0_no_shadow BEFORE INSERT ON escalations_delivery FOR EACH ROW EXECUTE FUNCTION never_from_a_shadow();
CREATE TRIGGER routing_0_no_shadow BEFORE INSERT ON escalations_routing FOR EACH ROW EXECUTE FUNCTION never_from_a_shadow();
