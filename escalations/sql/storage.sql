-- How full pages get, and how much lies in a row itself.

-- Room on each page for the next versions of its rows: a move then writes no index.
ALTER TABLE escalations_case SET (fillfactor = 85);
ALTER TABLE escalations_job SET (fillfactor = 85);
-- A person's day is counted in the index alone where the pages are known to be visible: vacuum tells, and would by itself
-- only after a fifth of the table.
ALTER TABLE escalations_decision SET (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 2000);
-- Read with every case page: up to 4 KB are packed into the row, so that three further pages are not.
ALTER TABLE escalations_routing SET (toast_tuple_target = 4080);
