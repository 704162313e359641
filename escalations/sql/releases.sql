-- Who speaks of a draft: nobody who wrote it, and only of the document as it stands; written once.
CREATE FUNCTION approval_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE d escalations_policydraft;
BEGIN
  IF tg_op <> 'INSERT' THEN
    RAISE EXCEPTION 'an approval is written once' USING errcode = '42501';
  END IF;
  SELECT * INTO d FROM escalations_policydraft WHERE id = new.draft_id FOR SHARE;
  IF new.by_id = ANY (d.author_ids) THEN
    RAISE EXCEPTION 'nobody approves a policy of their own' USING errcode = '42501';
  END IF;
  IF (new.digest, new.base_id) IS DISTINCT FROM (d.digest, d.base_id) OR d.version_id IS NOT NULL
     OR d.withdrawn_at IS NOT NULL THEN
    RAISE EXCEPTION 'the draft is another by now' USING errcode = '42501';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER approval_1_guard BEFORE INSERT OR UPDATE OR DELETE ON escalations_approval
  FOR EACH ROW EXECUTE FUNCTION approval_guard();

-- What people put in force was approved by two of them, one for each side (R091); or it was in force before.
CREATE FUNCTION policy_needs_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF new.restores_id IS NOT NULL THEN
    IF NOT EXISTS (SELECT 1 FROM escalations_policyversion v
                   WHERE v.id = new.restores_id AND v.digest = new.digest AND v.live_from IS NOT NULL) THEN
      RAISE EXCEPTION 'this document was never in force' USING errcode = '42501';
    END IF;
  ELSIF NOT EXISTS (
    SELECT 1 FROM escalations_policydraft d
    JOIN escalations_approval a ON a.draft_id = d.id AND a.side = 'ai' AND NOT a.refused
    JOIN escalations_approval o ON o.draft_id = d.id AND o.side = 'ops' AND NOT o.refused
    WHERE d.digest = new.digest AND d.version_id IS NULL AND d.withdrawn_at IS NULL
      AND a.digest = d.digest AND o.digest = d.digest AND a.base_id = d.base_id AND o.base_id = d.base_id
      AND a.by_id <> o.by_id AND NOT a.by_id = ANY (d.author_ids) AND NOT o.by_id = ANY (d.author_ids)
  ) THEN
    RAISE EXCEPTION 'two people must approve a policy before it is in force' USING errcode = '42501';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER policy_2_needs_two BEFORE INSERT ON escalations_policyversion
  FOR EACH ROW WHEN (new.created_by_id IS NOT NULL) EXECUTE FUNCTION policy_needs_two();
