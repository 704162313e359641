DROP TRIGGER digest_1_once ON reviews_digest;
DROP TRIGGER lesson_text_1_once ON reviews_lessontext;
DROP TRIGGER lesson_1_moves_on ON reviews_lesson;
DROP FUNCTION lesson_text_once();
DROP FUNCTION lesson_moves_on();
ALTER TABLE reviews_lesson DROP CONSTRAINT lesson_of_no_plant;
