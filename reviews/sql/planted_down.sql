ALTER TABLE reviews_flag DROP CONSTRAINT flag_on_no_plant;
ALTER TABLE reviews_trainingexample DROP CONSTRAINT example_of_no_plant;
