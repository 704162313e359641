-- The triggers and checks go with their functions, everything else with the tables.
DROP FUNCTION ledger_head_guard, ledger_link, ledger_refuse, presence_of_person, skill_guard, skills_of_person CASCADE;
