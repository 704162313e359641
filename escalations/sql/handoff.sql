-- What a customer said, and what a person answered before they saw the AI's answer, is written once (R094, R099).

CREATE FUNCTION said_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is written once', tg_table_name USING errcode = '42501';
END $$;
CREATE TRIGGER feedback_once BEFORE UPDATE OR DELETE ON escalations_feedback FOR EACH ROW EXECUTE FUNCTION said_once();
CREATE TRIGGER first_answer_once BEFORE UPDATE OR DELETE ON escalations_firstanswer
  FOR EACH ROW EXECUTE FUNCTION said_once();

-- Cases that people had been handed before this was kept, of the last weeks: judged by the sweeper like all others.
INSERT INTO escalations_handoffoutcome (case_id, client_id, case_type_id, agent_id, queue_id, tier, agent_version, category,
  reasons, missing, arm, handed_at, version, asked_again, bounces, final, words)
SELECT c.id, c.client_id, c.case_type_id, c.agent_id, c.queue_id, c.tier, '', c.category, c.reason_codes,
  coalesce(h.missing, '{}'), '', e.at, 0, '[]', 0, false, 0
FROM escalations_case c
CROSS JOIN LATERAL (SELECT at FROM accounts_event WHERE stream = c.id AND kind = 'case.routed' ORDER BY seq LIMIT 1) e
LEFT JOIN escalations_handoff h ON h.id = c.handoff_id
WHERE c.queue_id IS NOT NULL AND c.created_at > now() - interval '35 days'
ON CONFLICT DO NOTHING;
