-- The reviewers' own doors: a planted case teaches nothing and is never flagged back into the queue (R094).
ALTER TABLE reviews_trainingexample ADD CONSTRAINT example_of_no_plant CHECK (NOT is_planted(case_id));
ALTER TABLE reviews_flag ADD CONSTRAINT flag_on_no_plant CHECK (NOT is_planted(case_id));
