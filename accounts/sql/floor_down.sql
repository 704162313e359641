DROP TRIGGER presence_1_copy_changed ON accounts_presence;
DROP TRIGGER presence_1_copy_new ON accounts_presence;
DROP FUNCTION presence_of_person();
DROP TRIGGER skill_1_slug ON accounts_skill;
DROP FUNCTION skill_guard();
DROP TRIGGER proficiency_1_copy ON accounts_proficiency;
DROP FUNCTION skills_of_person();
