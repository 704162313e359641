-- The triggers and checks go with their functions, everything else with the tables.
DROP FUNCTION dataset_balance CASCADE;
