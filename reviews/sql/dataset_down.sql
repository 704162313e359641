DROP TRIGGER dataset_1_balance ON escalations_dataset;
DROP FUNCTION dataset_balance();
