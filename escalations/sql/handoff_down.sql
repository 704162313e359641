DROP TRIGGER first_answer_once ON escalations_firstanswer;
DROP TRIGGER feedback_once ON escalations_feedback;
DROP FUNCTION said_once();
